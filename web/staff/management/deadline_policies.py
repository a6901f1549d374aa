"""The municipality's deadlines as a page, and changing them: first what it would do, then saving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from web.forms.field_errors import error_sentence
from web.page.formats import day
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now, today
from web.request.database import db_session, open_unit
from web.request.doorbell import ring_workers
from web.request.language import current_language
from web.request.reader import current_reader
from web.request.translate import N_, gettext, ngettext
from web.staff.blueprint import pages
from web.staff.lists.my_plans import Filter, deadline_name
from web.staff.management import deadline_policy_form, deadline_policy_text
from web.staff.management.deadline_policy_form import Errors, PolicyFormReader, PostedPolicy, Values
from web.staff.management.deadline_policy_text import PolicyChange
from workflow.acts.deadlines import policy_versions as acts
from workflow.acts.deadlines.policy_dry_run import RoleLine, Trial, try_policy
from workflow.record.deadlines.policies import Calendar, Version, in_force, lay_over, read_calendar
from workflow.record.models import Party, Unit
from workflow.rules.deadlines.policy import STANDARD, Choices, Policy, ladder_may_change
from workflow.rules.engine.denials import BadInput
from workflow.rules.text.name_order import sort_key
from workflow.words.labels.deadline_policies import POLICY_REFUSALS, refusal_text, role_name

LAST_DAY = date.max
UNCHANGED = Choices()
LABELS = {
    "valid_from": N_("Gjelder fra"),
    "channels": N_("Kanaler"),
    "digest_at": N_("Samlet beskjed"),
    "quiet_from": N_("Stille fra"),
    "quiet_until": N_("Stille til"),
    "most_plans": N_("Flest planer på én koordinator"),
    "most_due_a_week": N_("Flest frister i uka"),
    "closing_days": N_("Kommunens egne stengte dager"),
}


@dataclass(frozen=True)
class VersionLine:
    """One version: when it holds, who made it and what it chooses otherwise than what lies below."""

    version: Version
    state: str
    who: str
    changes: list[PolicyChange]
    withdraw: str


@pages.get("/frister")
@access_guards.staff("policy", "coordinating")
def policies() -> str:
    """Every kind of deadline as it holds today, in the municipality or in one of its units."""
    unit_id, known = asked_unit(), read_versions()
    coming = [v for v in known.versions if v.unit_id == unit_id and v.valid_from > today()]
    policy = known.policy(unit_id, today())
    return render_template(
        "staff/policies.html",
        place=place(unit_id),
        units=unit_filters(unit_id),
        municipal=unit_id is None,
        groups=deadline_policy_text.group_kinds(policy, below(known, unit_id, today())),
        facts=deadline_policy_text.facts(known.policy(None, today())),
        coming=coming,
        closing=sorted(on for on in known.closing if on >= today()),
        versions=version_lines(known, unit_id),
        edit=url_for("staff.policy_edit", enhet=unit_id),
    )


@pages.get("/frister/endre")
@access_guards.staff("policy", "coordinating")
def policy_edit() -> str:
    """The form, with what holds last in it: a version that has not begun is changed further."""
    unit_id, known = asked_unit(), read_versions()
    last = newest(known, unit_id)
    start = max(today(), last.valid_from) if last else today()
    values = deadline_policy_form.values_of(known.policy(unit_id, LAST_DAY), known.closing, start)
    return form_page(unit_id, known, values, {})


@pages.post("/frister/endre")
@access_guards.staff("policy", "coordinating")
def policy_try() -> Response | tuple[str, int] | str:
    """What the choices would do; saved only by the press that follows, and only if nothing moved."""
    unit_id, known, values = asked_unit(), read_versions(), request.form
    said = read(values, known, unit_id)
    if said.errors:
        return form_page(unit_id, known, values, said.errors), 422
    if is_saved(known, unit_id, said):
        return back(unit_id)
    if "_lagre" in values and values.get("proved") == proof(known, unit_id, said):
        return save(unit_id, said, values)
    if is_same(known, unit_id, said):
        nothing = {"": [gettext("Du har ikke endret noe ennå.")]}
        return form_page(unit_id, known, values, nothing), 422
    return form_page(unit_id, known, values, {}, said)


@pages.post("/frister/<version_id>/trekk-tilbake")
@access_guards.staff("policy", "coordinating")
def policy_withdraw(version_id: str) -> Response:
    """Takes back a version that has not begun."""
    with open_unit() as session:
        acts.withdraw(session, current_actor(), version_id, now())
    flash(gettext("Endringen er trukket tilbake. Ingenting er endret."))
    return back(asked_unit())


def save(unit_id: str | None, said: PostedPolicy, values: Values) -> Response | tuple[str, int]:
    """Saves what was just looked at; whoever came first in between is shown before anything is lost."""
    try:
        with open_unit() as session:
            known = read_calendar(session.connection())
            if values.get("proved") == proof(known, unit_id, said):
                saved = acts.set_policy(
                    session,
                    current_actor(),
                    unit_id,
                    said.valid_from,
                    said.choices,
                    said.closing_days,
                    now(),
                )
            else:
                saved = None
    except BadInput as wrong:
        return form_page(unit_id, read_versions(), values, errors_of(wrong.problems)), 422
    if saved is None:
        return form_page(unit_id, read_versions(), values, {}, said), 409
    ring_workers()
    flash(saved_words(said, saved))
    return back(unit_id)


def saved_words(said: PostedPolicy, saved: acts.SavedVersion) -> str:
    """What stands in the green line after saving."""
    if not saved.applied:
        return gettext("Lagret. Det gjelder fra %(day)s.", day=day(said.valid_from))
    return ngettext(
        "Lagret. Det gjelder nå. %(num)d frist er talt på nytt.",
        "Lagret. Det gjelder nå. %(num)d frister er talt på nytt.",
        saved.moved,
    )


def read(values: Values, known: Calendar, unit_id: str | None) -> PostedPolicy:
    """What was posted, with every refusal beside its field."""
    first = PolicyFormReader(values, STANDARD, today()).day()
    lies_below = below(known, unit_id, first or today())
    said = PolicyFormReader(values, lies_below, today()).whole(known.closing, unit_id is None)
    problems = acts.problems(unit_id, said.valid_from, said.choices, said.closing_days, now())
    more = errors_of([problem for problem in problems if problem[0] not in said.errors])
    return replace(said, errors={**said.errors, **more})


def errors_of(problems: Sequence[tuple[str, str, Any]]) -> Errors:
    """The refusals in everyday words, by field."""
    errors: Errors = {}
    for name, code, params in problems:
        policy = code in POLICY_REFUSALS
        words = (
            refusal_text(code, params, current_language())
            if policy
            else error_sentence(code, "", params)
        )
        errors.setdefault(name, []).append(words)
    return errors


def form_page(
    unit_id: str | None,
    known: Calendar,
    values: Values,
    errors: Errors,
    said: PostedPolicy | None = None,
) -> str:
    """The form with what stands in it; with `said`, what that would do stands above it."""
    municipal, seen = unit_id is None, marker(known, unit_id)
    return render_template(
        "staff/policy_edit.html",
        place=place(unit_id),
        municipal=municipal,
        values=values,
        errors=errors,
        summary=summary(errors),
        kinds={one.code: one for one in deadline_policy_form.fields(values, errors)},
        groups=deadline_policy_text.group_kinds(
            known.policy(unit_id, LAST_DAY), below(known, unit_id, LAST_DAY)
        ),
        channels=deadline_policy_form.channel_choices(),
        address=url_for("staff.policy_try", enhet=unit_id),
        cancel=url_for("staff.policies", enhet=unit_id),
        seen=seen,
        moved=bool(values.get("seen")) and values.get("seen") != seen,
        again=said is not None and "_lagre" in values,
        said=said,
        proved=proof(known, unit_id, said) if said else "",
        changes=changes_to(known, unit_id, said) if said else [],
        trial=try_choices(unit_id, said) if said else None,
        decimal=deadline_policy_text.decimal,
        name_of=deadline_name,
        by_unit=by_unit,
        role_of=lambda role: role_name(role, current_language()),
    )


def try_choices(unit_id: str | None, said: PostedPolicy) -> Trial:
    """What the choices would do, counted on the last 90 days; nothing is written."""
    return try_policy(db_session(), unit_id, said.choices, said.closing_days, now())


def by_unit(lines: Sequence[RoleLine]) -> list[tuple[str, list[RoleLine]]]:
    """The lines of each unit together."""
    groups: dict[str, list[RoleLine]] = {}
    for line in lines:
        groups.setdefault(line.unit, []).append(line)
    return list(groups.items())


def summary(errors: Errors) -> list[tuple[str, str]]:
    """(control id, sentence) for the box above the form."""
    return [
        (control(name), f"{gettext(LABELS[name])}: {words}" if name in LABELS else words)
        for name, lines in errors.items()
        for words in lines
    ]


def control(name: str) -> str:
    """The id of the control that a field's errors stand beside; empty where there is none."""
    part, _, code = name.partition(".")
    if part == "lengths":
        return f"length-{code}" if deadline_policy_form.has_length(code) else ""
    if part == "ladders":
        return f"rung-{code}-0-days" if ladder_may_change(code) else ""
    return name


def changes_to(known: Calendar, unit_id: str | None, said: PostedPolicy) -> list[PolicyChange]:
    """What is new, compared with what would hold that day otherwise."""
    version = Version("", unit_id, said.valid_from, said.choices.text(), None, now(), None)
    own = in_force(known.versions, None, said.valid_from)
    after = lay_over(own, version) if unit_id else lay_over(version, None)
    return deadline_policy_text.changes(known.policy(unit_id, said.valid_from), after)


def read_versions() -> Calendar:
    """The municipality's versions and closing days."""
    return read_calendar(db_session().connection())


def below(known: Calendar, unit_id: str | None, on: date) -> Policy:
    """What the choices are laid upon: the standard, or the municipality's for a unit."""
    return STANDARD if unit_id is None else known.policy(None, on)


def newest(known: Calendar, unit_id: str | None) -> Version | None:
    """The version that holds last, begun or not."""
    return in_force(known.versions, unit_id, LAST_DAY)


def marker(known: Calendar, unit_id: str | None) -> str:
    """What the form was drawn from: it is another one as soon as anybody has saved."""
    keys = [v.id for v in known.versions if v.unit_id in (None, unit_id)]
    return digest(*keys, *(on.isoformat() for on in sorted(known.closing)))


def proof(known: Calendar, unit_id: str | None, said: PostedPolicy) -> str:
    """That just these choices were looked at, over just these versions."""
    closed = [on.isoformat() for on in said.closing_days or ()]
    kept = str(said.closing_days is None)
    return digest(
        marker(known, unit_id),
        unit_id or "",
        said.valid_from.isoformat(),
        said.choices.text(),
        kept,
        *closed,
    )


def digest(*parts: str) -> str:
    """A short mark of some texts."""
    return sha256("\x1f".join(parts).encode()).hexdigest()[:32]


def is_same(known: Calendar, unit_id: str | None, said: PostedPolicy) -> bool:
    """Whether nothing differs from what holds last."""
    last = newest(known, unit_id)
    if said.closing_days is not None or (last and said.valid_from < last.valid_from):
        return False
    return (last.choices if last else UNCHANGED) == said.choices


def is_saved(known: Calendar, unit_id: str | None, said: PostedPolicy) -> bool:
    """Whether this very press was taken already: the same person, choices and day, just now."""
    own = [
        v for v in known.versions if v.unit_id == unit_id and v.made_by == current_reader().party_id
    ]
    last = max(own, key=lambda version: version.made_at, default=None)
    return (
        "_lagre" in request.form
        and last is not None
        and said.closing_days is None
        and (last.valid_from, last.choices) == (said.valid_from, said.choices)
    )


def asked_unit() -> str | None:
    """The unit of the address; 404 for one that is not this municipality's."""
    asked = request.args.get("enhet", "")
    if asked and asked not in dict(units()):
        abort(404)
    return asked or None


def units() -> list[tuple[str, str]]:
    """(id, name) of the municipality's units, the Norwegian way."""
    query = select(Unit.id, Unit.name)
    pairs = [(row.id, row.name) for row in db_session().execute(query)]
    return sorted(pairs, key=lambda pair: sort_key(pair[1]))


def unit_filters(here: str | None) -> list[Filter]:
    """The municipality and its units."""
    return [
        (url_for("staff.policies", enhet=key), name, None, key == here)
        for key, name in [(None, gettext("Hele kommunen")), *units()]
    ]


def place(unit_id: str | None) -> str:
    """Where the deadlines hold."""
    return dict(units())[unit_id] if unit_id else gettext("Hele kommunen")


def back(unit_id: str | None) -> Response:
    """To the page with what holds now."""
    return redirect(url_for("staff.policies", enhet=unit_id), 303)


def version_lines(known: Calendar, unit_id: str | None) -> list[VersionLine]:
    """The versions of this very unit, newest day first."""
    own = [v for v in known.versions if v.unit_id == unit_id]
    keys = {v.made_by for v in own if v.made_by}
    query = select(Party.id, Party.name).where(Party.id.in_(sorted(keys)))
    names = {row.id: row.name for row in db_session().execute(query)}
    now_in_force = in_force(known.versions, unit_id, today())
    return [version_line(known, v, names, now_in_force) for v in reversed(own)]


def version_line(
    known: Calendar, version: Version, names: dict[str, str], holds: Version | None
) -> VersionLine:
    """One version with what it chooses."""
    own = in_force(known.versions, None, version.valid_from) if version.unit_id else version
    under = lay_over(own, None) if version.unit_id else STANDARD
    after = lay_over(own, version) if version.unit_id else lay_over(version, None)
    coming = version.valid_from > today()
    state = "coming" if coming else "now" if holds and holds.id == version.id else "before"
    address = url_for("staff.policy_withdraw", version_id=version.id, enhet=version.unit_id)
    return VersionLine(
        version,
        state,
        names.get(version.made_by or "", gettext("Drift")),
        deadline_policy_text.changes(under, after),
        address if coming else "",
    )
