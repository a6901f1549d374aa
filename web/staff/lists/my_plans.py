"""Mine planer and the search: lists of plans with state, life and next date, filtered in the address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from flask import redirect, render_template, request, url_for
from flask import session as form_cookie
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from web.page.header import address_of
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now
from web.request.database import open_unit
from web.request.language import current_language
from web.request.reader import current_reader
from web.request.translate import N_, gettext
from web.staff.blueprint import pages
from workflow.acts.crossing import answer
from workflow.acts.notices import told_in_person
from workflow.record.access.open_plan import trace_list
from workflow.record.lists import awaiting_me, plans
from workflow.record.lists.plans import Counts, Page, PlanLine
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.crossing.hand_over import OFFERED
from workflow.words.labels.relations import label_of
from workflow.words.labels.states import plan_label

Filter = tuple[str, str, int | None, bool]
VIEWS = {"": (), "koordinator": plans.COORDINATES, "deltar": plans.TAKES_PART}
VIEW_NAMES = {
    "": N_("Alle mine"),
    "koordinator": N_("Jeg koordinerer"),
    "deltar": N_("Jeg er med"),
}
ONLY = {"": "", "over": "over", "stille": "quiet", "uten": "vacant", "avsluttet": "closed"}
ONLY_NAMES = {
    "": N_("Alle åpne"),
    "over": N_("Over fristen"),
    "stille": N_("Stille planer"),
    "uten": N_("Uten koordinator"),
    "avsluttet": N_("Avsluttet"),
}
SORTS = {"frist": "due", "navn": "name", "liv": "life"}
LONGEST_SEARCH = 80
SOUGHT = "sought"
LINE_PARTS = tuple(one.name for one in fields(PlanLine))


@dataclass(frozen=True)
class PlanRow:
    """One plan as the table shows it; every text is ready to read."""

    line: PlanLine
    address: str
    state: str
    next: str


@dataclass(frozen=True)
class ListFilters:
    """What the address asks for."""

    view: str
    only: str
    sort: str
    page: int

    def address(self, **changed: Any) -> str:
        """The same list, seen another way; defaults are left out of the address."""
        wanted = {**asdict(self), **changed}
        standard = {"view": "", "only": "", "sort": "frist", "page": 1}
        names = {"view": "vis", "only": "bare", "sort": "sorter", "page": "side"}
        given = {names[key]: value for key, value in wanted.items() if value != standard[key]}
        return url_for("staff.home", **given)


def look() -> ListFilters:
    """The filters of the address; what nobody knows is left out of account."""
    view, only = request.args.get("vis", ""), request.args.get("bare", "")
    sort = request.args.get("sorter", "frist")
    return ListFilters(
        view if view in VIEWS else "",
        only if only in ONLY else "",
        sort if sort in SORTS else "frist",
        page_number(),
    )


def page_number() -> int:
    """The page of a list that the address asks for, from 1."""
    asked = request.args.get("side", "1")
    return max(1, int(asked)) if asked.isdecimal() and len(asked) < 5 else 1


@pages.get("/planer")
@access_guards.staff(kind="plans")
def home() -> str:
    """The plans that the reader works on."""
    seen, actor = look(), current_actor()
    relations = VIEWS[seen.view]
    with open_unit() as session:
        page = plans.mine(
            session,
            actor,
            now(),
            relations=relations,
            only=ONLY[seen.only],
            sort=SORTS[seen.sort],
            page=seen.page,
        )
        numbers = plans.counts(session, actor, now(), relations)
        asked = awaiting_me.how_many(session, actor, now()) + from_elsewhere(session)
        to_say = told_in_person.how_many(session, actor, now())
        # In the transaction that read them: names leave with their trace or not at all.
        trace_list(session, actor, "list", named_plans(page.lines), now())
    return render_template(
        "staff/plans.html",
        rows=rows_of(page.lines),
        look=seen,
        offers=asked,
        to_say=to_say,
        views=views(seen),
        filters=filters(seen, numbers),
        before=seen.address(page=seen.page - 1) if seen.page > 1 else "",
        after=seen.address(page=seen.page + 1) if page.more else "",
    )


def from_elsewhere(session: Session) -> int:
    """How many questions from other municipalities wait for an answer of the reader's."""
    if "coordinating" not in current_reader().roles:
        return 0
    return sum(one.state == OFFERED for one in answer.waiting(session, current_actor(), now()))


@pages.post("/sok")
@access_guards.staff(kind="plans")
def seek() -> Response:
    """Keeps what is searched for in the browser's signed cookie: a name stands in no address and no log."""
    form_cookie[SOUGHT] = request.form.get("q", "").strip()[:LONGEST_SEARCH]
    return redirect(url_for("staff.search"), 303)


@pages.get("/sok")
@access_guards.staff(kind="plans")
def search() -> str:
    """Plans by number, or by name among those that the reader may read."""
    text, number = str(form_cookie.get(SOUGHT, "")), page_number()
    with open_unit() as session:
        page = plans.search(session, current_actor(), now(), text, number)
        trace_list(session, current_actor(), "search", named_plans(page.lines), now())
    before, after = neighbour_pages("staff.search", page, number)
    return render_template(
        "staff/search.html", rows=rows_of(page.lines), text=text, before=before, after=after
    )


def neighbour_pages(endpoint: str, page: Page, number: int, **rest: Any) -> tuple[str, str]:
    """The addresses of the page before and the page after, where there are any."""
    before = url_for(endpoint, **rest, side=number - 1) if number > 1 else ""
    return before, url_for(endpoint, **rest, side=number + 1) if page.more else ""


def address_with(endpoint: str, **given: Any) -> str:
    """An address whose filters that are not set, and whose first page, are left out."""
    if given.get("side") == 1:
        given.pop("side")
    return url_for(endpoint, **{key: value for key, value in given.items() if value})


def named_plans(lines: Sequence[PlanLine]) -> list[str]:
    """The plans whose person the list names: what the trace tells her of."""
    return [line.id for line in lines if line.name]


def rows_of(lines: Sequence[PlanLine]) -> list[PlanRow]:
    """The lines with their words."""
    return [_row(line) for line in lines]


def _row(line: PlanLine) -> PlanRow:
    by = oslo_date(line.answer_by) if line.answer_by else None
    return PlanRow(
        line,
        plan_address(line.id) if line.name else "",
        plan_label(label_parts(line), current_language(), place=line.asked, answer_by=by),
        deadline_name(line.code),
    )


def label_parts(line: PlanLine) -> dict[str, Any]:
    """What a plan's label is made of; `asdict` would copy every value, fifty times a page."""
    return {name: getattr(line, name) for name in LINE_PARTS}


def plan_address(plan_id: str) -> str:
    """Where a plan's page stands."""
    return address_of("staff.plan", plan_id=plan_id)


def step_address(plan_id: str, step_name: str, subject_id: str | None = None) -> str:
    """Where a step is asked about and taken."""
    return address_of("staff.step", plan_id=plan_id, step_name=step_name, subject=subject_id)


def deadline_name(code: str) -> str:
    """What a date to keep is called; nothing for none."""
    return label_of("deadline", code, current_language()) if code else ""


def views(seen: ListFilters) -> list[Filter]:
    """Whose plans: mine as coordinator, those I take part in, or both."""
    return [
        (seen.address(view=key, page=1), gettext(name), None, seen.view == key)
        for key, name in VIEW_NAMES.items()
    ]


def filters(seen: ListFilters, numbers: Counts) -> list[Filter]:
    """Which of them, with how many there are of each."""
    many = dict(zip(ONLY, asdict(numbers).values(), strict=True))
    return [
        (seen.address(only=key, page=1), gettext(name), many[key], seen.only == key)
        for key, name in ONLY_NAMES.items()
    ]
