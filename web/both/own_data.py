"""«Alt som er lagret om meg»: read on a page, taken as a file, after a fresh proof."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response, abort, render_template, url_for

from web.auth.my_sessions import METHODS
from web.page.formats import day, iso, moment
from web.request import access_guards, security_log
from web.request.actor import current_actor
from web.request.clock import now, today
from web.request.database import db_session, open_unit
from web.request.language import current_language
from web.request.reader import current_reader
from web.request.translate import N_, gettext, ngettext
from workflow.acts.privacy import data_export
from workflow.record.access.open_plan import OpenPlan
from workflow.words.labels.relations import PARTICIPANTS, ROLES
from workflow.words.notices.notices import NoSentence, notice_sentence

pages = Blueprint("own_data", __name__)
MOST = 200
KINDS: Mapping[str, str] = {
    "access": N_("Innsyn"),
    "correction": N_("Retting"),
    "erasure": N_("Sletting"),
    "export": N_("Alt tatt ut som fil"),
}
ANSWERS: Mapping[str, str] = {
    "corrected": N_("Rettet"),
    "erased": N_("Slettet"),
    "refused": N_("Nei"),
    "given": N_("Gitt"),
}


@dataclass(frozen=True)
class DataSection:
    """A heading with lines of plain text, and how many more stand in the file."""

    title: str
    lines: tuple[str, ...]
    more: int = 0


@pages.get("/mine-opplysninger")
@access_guards.signed_in(kind="person-papers")
@access_guards.proved
def mine() -> str:
    """What is held on the reader, in plain words."""
    held = data_export.everything(
        db_session(), current_reader().party_id, now(), current_language()
    )
    return data_page(held, url_for("own_data.take_mine"))


@pages.post("/mine-opplysninger")
@access_guards.signed_in(kind="person-papers")
@access_guards.proved
def take_mine() -> Response:
    """The same as a file that machines read; it is noted that it was given."""
    return data_file(current_reader().party_id)


@pages.get("/min/<plan_id>/alt-som-er-lagret")
@access_guards.plan_route("own_pages", kind="person-papers")
@access_guards.proved
def of_plan(opened: OpenPlan) -> str:
    """What is held on the person, for whoever acts for her."""
    by_self = "person" in opened.relations
    held = data_export.everything(
        db_session(), whose(opened), now(), current_language(), by_self=by_self
    )
    return data_page(held, url_for("own_data.take_of_plan", plan_id=opened.plan.id))


@pages.post("/min/<plan_id>/alt-som-er-lagret")
@access_guards.plan_route("own_pages", kind="person-papers")
@access_guards.proved
def take_of_plan(opened: OpenPlan) -> Response:
    """The file, for whoever acts for the person."""
    return data_file(whose(opened))


def whose(opened: OpenPlan) -> str:
    """The person of the plan; 404 on a plan about a problem."""
    if opened.plan.person_id is None:
        abort(404)
    return opened.plan.person_id


def data_file(party_id: str) -> Response:
    """The file to save, never to show."""
    with open_unit() as session:
        held = data_export.export_data(
            session, current_actor(), party_id, now(), current_language()
        )
    security_log.note("export", kind="own_data")
    answer = Response(data_export.as_text(held), mimetype="application/json")
    name = f"planlop-{iso(today())}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def data_page(held: Mapping[str, Any], address: str) -> str:
    """The page."""
    return render_template(
        "own_data.html",
        voice="staff" if current_reader().is_staff else "person",
        parts=[part for part in (*about(held), *of_plans(held)) if part.lines],
        address=address,
    )


def about(held: Mapping[str, Any]) -> Sequence[DataSection]:
    """What is held wherever it stands: who one is, sign-ins, notices, roles, requests."""
    here = held["elsewhere"]
    return (
        DataSection(gettext("Hvem du er"), tuple(who(here))),
        first_lines(gettext("Roller"), [role(one) for one in here.get("staff_role", ())]),
        first_lines(
            gettext("Planer du er med i"), [place(one) for one in here.get("participant", ())]
        ),
        first_lines(
            gettext("Det du har bedt om"),
            [request_line(one) for one in here.get("data_request", ())],
        ),
        first_lines(
            gettext("Beskjeder til deg"), [notice_line(one) for one in here.get("notice", ())][::-1]
        ),
        first_lines(
            gettext("Innlogginger"), [sign_in_line(one) for one in here.get("sign_in", ())][::-1]
        ),
        count_line(gettext("Det du har gjort i planer"), here.get("event", ())),
        count_line(gettext("Det du har sett på i planer"), here.get("access", ())),
    )


def who(here: Mapping[str, Any]) -> list[str]:
    """Name, day of birth, ways to reach and address, those that are filled in."""
    (party,) = here["party"]
    lives = here.get("home_address") or [{}]
    address = ", ".join(filter(None, (lives[0].get(k) for k in ("street", "postcode", "place"))))
    born = day(date.fromisoformat(party["born_on"])) if party["born_on"] else ""
    fields = (
        (gettext("Navn"), party["name"]),
        (gettext("Født"), born),
        (gettext("Telefon"), party["phone"]),
        (gettext("E-post"), party["email"]),
        (gettext("Arbeid eller skole"), party["organisation"]),
        (gettext("Adresse"), address),
        (gettext("Adressen er beskyttet"), gettext("ja") if party["protection"] else ""),
    )
    return [f"{name}: {value}" for name, value in fields if value]


def role(one: Mapping[str, Any]) -> str:
    """A role in a unit, with its days."""
    held = one["role"]
    return f"{gettext(ROLES[held])} · {period(one['from_at'], one['until_at'])}"


def place(one: Mapping[str, Any]) -> str:
    """What one is in somebody's plan; whose it is does not stand here."""
    kind = one["kind"]
    what = one["role"] or gettext(PARTICIPANTS.get(kind, ""))
    return f"{what} · {period(one['from_at'], one['left_at'])}"


def request_line(one: Mapping[str, Any]) -> str:
    """A request with its answer."""
    outcome, kind = one["outcome"], one["kind"]
    answer = gettext(ANSWERS[outcome]) if outcome else gettext("Ikke svart ennå")
    return f"{on(one['asked_at'])}: {gettext(KINDS[kind])} · {answer}"


def notice_line(one: Mapping[str, Any]) -> str:
    """A notice as a sentence, with when it came."""
    try:
        words = gettext(notice_sentence(one["code"], one["role"] == "person"))
    except NoSentence:
        words = one["code"]
    return f"{on(one['created_at'])}: {words}"


def sign_in_line(one: Mapping[str, Any]) -> str:
    """A sign-in: when, how, and with what."""
    method = one["method"]
    how = gettext(METHODS[method]) if method in METHODS else ""
    when = moment(datetime.fromisoformat(one["created_at"]))
    return " · ".join(filter(None, (when, how, one["device"])))


def on(instant: str) -> str:
    """The Norwegian day of an instant."""
    return day(datetime.fromisoformat(instant))


def period(since: str, until: str | None) -> str:
    """From a day, and to one where it has ended."""
    if until is None:
        return gettext("fra %(day)s", day=on(since))
    return gettext("fra %(day)s til %(end)s", day=on(since), end=on(until))


def of_plans(held: Mapping[str, Any]) -> list[DataSection]:
    """Each plan: who it is shared with, letters and decisions, what has happened, who looked."""
    parts = []
    for plan in held["plans"]:
        number = plan["number"]
        parts += [
            first_lines(gettext("Plan %(number)s: delt med", number=number), consent_lines(plan)),
            first_lines(
                gettext("Plan %(number)s: brev og andre papirer", number=number),
                [paper(one) for one in plan["document"]],
            ),
            first_lines(
                gettext("Plan %(number)s: det som har skjedd", number=number),
                [f"{on(one['at'])}: {one['told']}" for one in plan["history"]][::-1],
            ),
            first_lines(
                gettext("Plan %(number)s: hvem som har sett", number=number),
                [look(one) for one in plan["who_looked"]],
            ),
        ]
    return parts


def paper(one: Mapping[str, Any]) -> str:
    """A letter or another paper: when, and what it is."""
    title = one["title"]
    return f"{on(one['created_at'])}: {gettext(title)}"


def look(one: Mapping[str, Any]) -> str:
    """One look: when, who and what."""
    return f"{on(one['at'])}: {' '.join(filter(None, (one['who'], one['what'])))}"


def consent_lines(plan: Mapping[str, Any]) -> list[str]:
    """Each consent to share, ended ones too."""
    return [
        f"{one['receiver_id']} · {period(one['from_at'], one['withdrawn_at'])}"
        for one in plan["consent"]
        if one["receiver_id"]
    ]


def first_lines(title: str, lines: Sequence[str]) -> DataSection:
    """The first lines; all of them stand in the file."""
    return DataSection(title, tuple(lines[:MOST]), max(0, len(lines) - MOST))


def count_line(title: str, rows: Sequence[Mapping[str, Any]]) -> DataSection:
    """How often and when, where each line would say nothing more."""
    if not rows:
        return DataSection(title, ())
    days = sorted(on_day(one) for one in rows)
    first, last = day(days[0]), day(days[-1])
    times = ngettext("%(num)s gang", "%(num)s ganger", len(rows))
    if first == last:
        return DataSection(title, (f"{times}, {first}",))
    words = gettext("%(times)s, fra %(day)s til %(end)s", times=times, day=first, end=last)
    return DataSection(title, (words,))


def on_day(row: Mapping[str, Any]) -> datetime:
    """The instant of an event or a look."""
    return datetime.fromisoformat(row.get("recorded_at") or row["at"])
