"""The manager's page over what is past its date: numbers, dates and coordinators, no person's name and no content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, abort, render_template, request, url_for

from web import csv_file, guards
from web.actor import current_actor
from web.clock import now
from web.database import db_session
from web.formats import day
from web.sessions import reader
from web.staff.blueprint import pages
from web.staff.lists import Filter, address_with, deadline_name, page_number
from web.steps import Step
from web.words import N_, gettext, ngettext
from workflow.acts.overview import Figures, OverDate, figures
from workflow.record.lacking import Lacking, lacking
from workflow.record.role_holders import units_led
from workflow.record.worklists import PAGE
from workflow.words.steps import step_words

KINDS = {
    "evaluering": (N_("Evaluering"), ("T8.review", "T8.conclude")),
    "moter": (N_("Møter ikke forberedt"), ("T15.prepare", "T15.minutes")),
    "vedtak": (N_("Vedtak"), ("T1", "T2.decide", "T2.reply", "T3", "T6")),
    "uten": (N_("Uten koordinator"), ("T4.appoint", "T4.accept", "T7", "T16")),
    "stille": (N_("Stille planer"), ("T14",)),
    "tiltak": (N_("Tiltak"), ("T11",)),
    "oppstart": (N_("Oppstart"), ("T5",)),
    "svar": (N_("Svar"), ("T9", "T9.first", "T10.assess", "T10.forward", "T18", "T19")),
    "overgang": (N_("Overganger"), ("T17", "T17.16", "T17.18")),
    "deling": (N_("Deling"), ("T13.relatives",)),
}
REVIEWS, VACANT = KINDS["evaluering"][1], KINDS["uten"][1]


@dataclass(frozen=True)
class Row:
    """One row: what is past its date, and what the manager can do."""

    line: OverDate
    what: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Vacant:
    """A plan without coordinator, and what the reader can do."""

    line: Lacking
    steps: tuple[Step, ...]


@pages.get("/over-fristen")
@guards.staff("overdue", "leader", "coordinating")
def overdue() -> str:
    """What is past its date in the reader's units, by kind."""
    units, kind, number = units_seen(), request.args.get("hva", ""), page_number()
    found = figures(db_session(), units, now())
    shown = of_kind(found.rows, kind)
    here = shown[(number - 1) * PAGE : number * PAGE]
    listed = {row.plan_id for row in of_kind(found.rows, "uten")}
    lines, _ = lacking(db_session(), current_actor(), now(), "vacant", units)
    vacant = [line for line in lines if line.plan_id not in listed]
    return render_template(
        "staff/overdue.html",
        found=found,
        rows=[row_of(line) for line in here],
        kinds=kinds(found, kind),
        vacant=[Vacant(line, vacant_steps(line)) for line in vacant],
        lead=lead(found, units is None),
        before=address(kind, number - 1) if number > 1 else "",
        after=address(kind, number + 1) if len(shown) > number * PAGE else "",
    )


@pages.get("/over-fristen/last-ned")
@guards.staff("overdue", "leader", "coordinating")
def download() -> Response:
    """The same rows as a file for a spreadsheet."""
    found = figures(db_session(), units_seen(), now())
    head = [
        gettext("Plan"),
        gettext("Hva"),
        gettext("Frist"),
        gettext("Dager over"),
        gettext("Sist liv"),
        gettext("Koordinator"),
        gettext("Telefon"),
    ]
    lines = [cells(line) for line in of_kind(found.rows, request.args.get("hva", ""))]
    return csv_file.answer("over-fristen", head, lines)


@pages.get("/mangler")
@guards.staff("overdue", "leader", "coordinating")
def without() -> str:
    """Plans in use without a decision, and plans without a coordinator (worked scenario 3)."""
    seen = "vedtak" if request.args.get("hva") == "vedtak" else "koordinator"
    what = {"vedtak": "informal", "koordinator": "vacant"}[seen]
    number = page_number()
    lines, more = lacking(db_session(), current_actor(), now(), what, units_seen(), number)
    choices = {"koordinator": N_("Uten koordinator"), "vedtak": N_("I bruk uten vedtak")}
    return render_template(
        "staff/without.html",
        rows=[Vacant(line, vacant_steps(line) if what == "vacant" else ()) for line in lines],
        tabs=[
            (url_for("staff.without", hva=key), gettext(name), None, key == seen)
            for key, name in choices.items()
        ],
        what=what,
        before=url_for("staff.without", hva=seen, side=number - 1) if number > 1 else "",
        after=url_for("staff.without", hva=seen, side=number + 1) if more else "",
    )


def units_seen() -> Sequence[str] | None:
    """The units that the reader leads, with those below; None for the coordinating unit: all."""
    if "coordinating" in reader().roles:
        return None
    found = db_session().execute(units_led(reader().party_id, now())).scalars().all()
    if not found:
        abort(404)
    return found


def of_kind(rows: Sequence[OverDate], kind: str) -> Sequence[OverDate]:
    """The rows of one kind, or all."""
    if kind not in KINDS:
        return rows
    return [row for row in rows if row.code in KINDS[kind][1]]


def address(kind: str, number: int = 1) -> str:
    """A page of a kind; defaults are left out of the address."""
    return address_with("staff.overdue", hva=kind, side=number)


def kinds(found: Figures, seen: str) -> list[Filter]:
    """The kinds that have anything, with how many."""
    entries: list[Filter] = [(address(""), gettext("Alt"), len(found.rows), seen not in KINDS)]
    for key, (name, codes) in KINDS.items():
        many = sum(found.by_code.get(code, 0) for code in codes)
        if many or key == seen:
            entries.append((address(key), gettext(name), many, key == seen))
    return entries


def lead(found: Figures, everywhere: bool) -> str:
    """Where, which week, and whether it has become better: «Rus og psykisk helse · uke 11 · …»."""
    names = dict.fromkeys(name for _, name in reader().units)
    place = gettext("Hele kommunen") if everywhere else ", ".join(names)
    week = gettext("uke %(week)s", week=found.week.rpartition("W")[2].lstrip("0"))
    change = found.fewer_than_last_week
    if not change:
        return f"{place} · {week}"
    fewer = ngettext("%(num)d færre enn forrige uke", "%(num)d færre enn forrige uke", change)
    more = ngettext("%(num)d flere enn forrige uke", "%(num)d flere enn forrige uke", -change)
    return f"{place} · {week} · {fewer if change > 0 else more}"


def row_of(line: OverDate) -> Row:
    """One row with its acts; the first two stand open, the one that helps most here first."""
    return Row(line, deadline_name(line.code), tuple(acts_on(line)))


def acts_on(line: OverDate) -> list[Step]:
    """Ask, a substitute, a new date, a coordinator: those that the reader may take on this row."""
    leads = "leader" in reader().roles
    propose = [act(line.plan_id, "A27", line.number)] if leads and line.code != "T16" else []
    if not line.coordinator_id:
        return propose if line.code in VACANT else []
    ask = act(line.plan_id, "A25", line.number, gettext("Spør"))
    if line.code in VACANT:
        return [*propose, ask]
    date = [act(line.plan_id, "A26", line.number)] if leads and line.code in REVIEWS else []
    instead = substitute_step(line)
    if line.coordinator_away:
        return [instead, ask, *date, *propose]
    return [ask, *date, instead, *propose]


def substitute_step(line: OverDate) -> Step:
    """Somebody steps in for the coordinator who is away."""
    where = url_for("staff.substitute", party_id=line.coordinator_id)
    return Step(gettext("Sett inn stedfortreder"), where, about=line.coordinator_name)


def act(plan_id: str, row_id: str, number: str, label: str = "") -> Step:
    """One of the manager's acts on a plan that is known to her by its number only."""
    where = url_for("staff.manager_act", plan_id=plan_id, row_id=row_id)
    return Step(label or gettext(step_words(row_id)), where, about=number)


def is_asked(line: Lacking) -> bool:
    """Whether somebody has been asked to coordinate and has not answered yet."""
    return bool(line.asked) or line.asked_person


def vacant_steps(line: Lacking) -> tuple[Step, ...]:
    """A leader proposes, the coordinating unit asks."""
    rows = ("A27",) if "leader" in reader().roles else ()
    asks = ("P13",) if "coordinating" in reader().roles and not is_asked(line) else ()
    label = gettext(step_words("P13", first=True))
    return tuple(
        act(line.plan_id, row_id, line.number, label if row_id == "P13" else "")
        for row_id in (*asks, *rows)
    )


def cells(line: OverDate) -> list[str]:
    """One row of the file."""
    return [
        line.number,
        deadline_name(line.code),
        day(line.due_at),
        str(line.days_over),
        day(line.last_activity_at),
        line.coordinator_name,
        line.coordinator_phone,
    ]
