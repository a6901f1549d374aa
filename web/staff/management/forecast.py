"""The weeks ahead, for those who lead units and for a coordinator herself: counts, no content of any plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Response, abort, render_template, request, url_for

from web.http import csv_download
from web.page.formats import day
from web.page.header import address_of
from web.page.view_models import StepButton
from web.request import access_guards
from web.request.clock import now, today
from web.request.database import db_session
from web.request.reader import current_reader
from web.request.translate import gettext, ngettext
from web.staff.blueprint import pages
from web.staff.lists.my_plans import Filter, address_with, deadline_name, page_number
from web.staff.management.overdue import manager_button, visible_units
from web.staff.steps.manager_step import colleague_name
from workflow.acts.management.caseload import CaseloadPlan, caseload_of
from workflow.acts.management.forecast import (
    PERIODS,
    CoordinatorLeave,
    Forecast,
    Load,
    Week,
    make_forecast,
    own_forecast,
)
from workflow.record.models import Unit
from workflow.rules.deadlines.kinds import KINDS
from workflow.rules.names.steps import PlanStep
from workflow.rules.text.name_order import sort_key

DRAWN = 12  # so many coordinators get a picture; the table has them all


@dataclass(frozen=True)
class Bar:
    """One week of the chart."""

    number: int
    own: int
    law: int
    extra: int = 0
    away: bool = False
    heavy: bool = False

    @property
    def all(self) -> int:
        """The whole column."""
        return self.own + self.extra


@dataclass(frozen=True)
class Picture:
    """One coordinator's weeks as a small chart, with the sentences that stand below it."""

    load: Load
    bars: list[Bar]
    label: str
    told: list[str]


@dataclass(frozen=True)
class TooMuch:
    """Somebody who will have too much: why, in sentences, and what can be done now."""

    name: str
    reasons: list[str]
    steps: list[StepButton]


@dataclass(frozen=True)
class ForecastRow:
    """One plan that may be handed to somebody else."""

    line: CaseloadPlan
    what: str
    steps: list[StepButton]


@pages.get("/prognose")
@access_guards.staff("overdue", "leader", "coordinating", "coordinator")
def forecast_page() -> str:
    """The weeks ahead: a chart, who gets too much, and the same figures as a table."""
    outlook, leads = read_forecast(), leads_units()
    whole = outlook.total if leads else replace(outlook.coordinators[0], name="")
    loads = [load for load in outlook.coordinators if load.due or load.leaves or load.stands_in]
    return render_template(
        "staff/forecast.html",
        outlook=outlook,
        leads=leads,
        lead=lead(outlook, leads),
        filters_of=periods(outlook.days),
        units=unit_filters(outlook.days) if leads else [],
        bars=bars(whole, outlook.weeks),
        label=in_words(whole, outlook.weeks),
        due=whole.due,
        pictures=[picture(load, outlook.weeks) for load in loads[:DRAWN]] if leads else [],
        alone=outlook.coordinators[0] if not leads else None,
        told=absence_lines(outlook.coordinators[0]) if not leads else [],
        too_much=[too_much(load, outlook, leads) for load in outlook.overloaded],
        kinds=kinds_due(outlook),
        download=address_of("staff.forecast_file", **address_values()),
    )


@pages.get("/prognose/last-ned")
@access_guards.staff("overdue", "leader", "coordinating", "coordinator")
def forecast_file() -> Response:
    """The same figures as a file for a spreadsheet."""
    outlook = read_forecast()
    weeks = [gettext("Uke %(week)s", week=week.number) for week in outlook.weeks]
    head = [gettext("Hvem"), gettext("Planer"), gettext("Over fristen nå"), *weeks]
    head += [gettext("I alt"), gettext("Av dem som stedfortreder")]
    lines = [cells(name, load) for name, load in all_lines(outlook)]
    return csv_download.answer("prognose", head, lines)


@pages.get("/prognose/fordel/<party_id>")
@access_guards.staff("overdue", "leader", "coordinating")
def share_out(party_id: str) -> str:
    """The plans that one coordinator carries, by number, so that some can be handed to others."""
    name, number = colleague_name(db_session(), party_id), page_number()
    rows, more = caseload_of(db_session(), party_id, visible_units(), number)
    if not rows and number == 1 and not works_here(party_id):
        abort(404)
    address = "staff.share_out"
    return render_template(
        "staff/share_out.html",
        name=name,
        rows=[row_of(line) for line in rows],
        back=url_for("staff.forecast_page"),
        steps=[substitute(party_id, name)],
        before=address_with(address, party_id=party_id, side=number - 1) if number > 1 else "",
        after=address_with(address, party_id=party_id, side=number + 1) if more else "",
    )


def leads_units() -> bool:
    """Whether the reader sees units; a coordinator sees herself."""
    return bool(current_reader().roles & {"leader", "coordinating"})


def read_forecast() -> Forecast:
    """The forecast of what the reader may see, for the period and the unit of the address."""
    days = given_days()
    if not leads_units():
        return own_forecast(db_session(), current_reader().party_id, days, now())
    return make_forecast(db_session(), narrow_units(), days, now())


def given_days() -> int:
    """30 or 90 calendar days, as the address asks; 30 for anything else."""
    asked = request.args.get("dager", "")
    return int(asked) if asked in {str(days) for days in PERIODS} else PERIODS[0]


def address_values() -> dict[str, str]:
    """What the address asks for, for the addresses of the same page."""
    return {key: request.args[key] for key in ("dager", "enhet") if request.args.get(key)}


def narrow_units() -> Sequence[str] | None:
    """The reader's units, or the one of them that the address names; 404 for any other."""
    units, asked = visible_units(), request.args.get("enhet", "")
    if not asked:
        return units
    if asked not in {key for key, _ in units_by_name(units)}:
        abort(404)
    return [asked]


def units_by_name(units: Sequence[str] | None) -> list[tuple[str, str]]:
    """(id, name) of these units, or of all in the municipality."""
    query = db_session().query(Unit.id, Unit.name)
    query = query
    if units is not None:
        query = query.filter(Unit.id.in_(units))
    return sorted(((key, name) for key, name in query), key=lambda pair: sort_key(pair[1]))


def works_here(party_id: str) -> bool:
    """Whether the party is among the coordinators that the reader sees."""
    outlook = make_forecast(db_session(), visible_units(), PERIODS[0], now())
    return any(load.key == party_id for load in outlook.coordinators)


def periods(days: int) -> list[Filter]:
    """30 or 90 days."""
    return [
        (
            address_with("staff.forecast_page", dager=many, enhet=request.args.get("enhet")),
            gettext("%(days)s dager", days=many),
            None,
            many == days,
        )
        for many in PERIODS
    ]


def unit_filters(days: int) -> list[Filter]:
    """One of the units, where the reader sees more than one."""
    known, here = units_by_name(visible_units()), request.args.get("enhet", "")
    if len(known) < 2:
        return []
    return [
        (url_for("staff.forecast_page", dager=days, enhet=key or None), name, None, key == here)
        for key, name in [("", gettext("Alle enheter")), *known]
    ]


def lead(outlook: Forecast, leads: bool) -> str:
    """Where, and from when to when."""
    names = dict.fromkeys(name for _, name in current_reader().units)
    place = (
        ", ".join(names)
        if "coordinating" not in current_reader().roles
        else gettext("Hele kommunen")
    )
    span = f"{day(today())}–{day(outlook.weeks[-1].last)}"
    own = gettext("Det du har ansvar for")
    return f"{place if leads else own} · {span}"


def bars(load: Load, weeks: Sequence[Week]) -> list[Bar]:
    """The weeks as columns."""
    away = {n for leave in load.leaves for n in leave.weeks}
    extra = load.extra or (0,) * len(weeks)
    return [
        Bar(week.number, load.weeks[n], load.law[n], extra[n], n in away, n in load.heavy)
        for n, week in enumerate(weeks)
    ]


def in_words(load: Load, weeks: Sequence[Week]) -> str:
    """The chart's text alternative: every week with its number."""
    parts = [
        gettext("uke %(week)s: %(num)s", week=week.number, num=load.in_week(n))
        for n, week in enumerate(weeks)
    ]
    said = ", ".join(parts)
    return f"{load.name}: {said}" if load.name else said


def picture(load: Load, weeks: Sequence[Week]) -> Picture:
    """One coordinator's weeks."""
    return Picture(load, bars(load, weeks), in_words(load, weeks), absence_lines(load))


def absence_lines(load: Load) -> list[str]:
    """Who is away and who steps in, in short lines."""
    lines = [leave_line(leave) for leave in load.leaves]
    return lines + [
        ngettext(
            "Steder inn for %(name)s: %(num)d frist",
            "Steder inn for %(name)s: %(num)d frister",
            one.due_meanwhile,
            name=one.name,
        )
        for one in load.stands_in
        if one.due_meanwhile
    ]


def leave_line(leave: CoordinatorLeave) -> str:
    """«Borte 24. nov.–6. des. · Siv Ørnes er stedfortreder»."""
    away = gettext(
        "Borte fra %(first)s, tilbake %(back)s", first=day(leave.first), back=day(leave.back)
    )
    if not leave.substitute:
        nobody = gettext("ingen stedfortreder")
        return f"{away} · {nobody}"
    instead = ngettext(
        "%(name)s er stedfortreder, %(num)d frist",
        "%(name)s er stedfortreder, %(num)d frister",
        leave.due_meanwhile,
        name=leave.substitute,
    )
    return f"{away} · {instead}"


def too_much(load: Load, outlook: Forecast, leads: bool) -> TooMuch:
    """Why somebody gets too much, and what a leader can do."""
    reasons = [
        gettext(
            "%(num)s frister i uke %(week)s. Grensen er %(most)s.",
            num=load.in_week(n),
            week=outlook.weeks[n].number,
            most=outlook.most_due_a_week,
        )
        for n in load.heavy
    ]
    if load.too_many_plans:
        reasons.append(
            gettext("%(num)s planer. Grensen er %(most)s.", num=load.plans, most=outlook.most_plans)
        )
    reasons += [uncovered_words(leave) for leave in load.uncovered]
    return TooMuch(load.name, reasons, steps_for(load) if leads and load.key else [])


def uncovered_words(leave: CoordinatorLeave) -> str:
    """Dates that nobody has while somebody is away."""
    return ngettext(
        "Borte fra %(first)s uten stedfortreder. %(num)d frist faller da.",
        "Borte fra %(first)s uten stedfortreder. %(num)d frister faller da.",
        leave.due_meanwhile,
        first=day(leave.first),
    )


def steps_for(load: Load) -> list[StepButton]:
    """A substitute where nobody steps in; and hand some of the plans to others."""
    key = str(load.key)
    share = StepButton(
        gettext("Fordel planene"), url_for("staff.share_out", party_id=key), about=load.name
    )
    instead = substitute(key, load.name)
    return [instead, share] if load.uncovered or not load.plans else [share, instead]


def substitute(party_id: str, name: str) -> StepButton:
    """Somebody steps in for a time."""
    where = url_for("staff.substitute", party_id=party_id)
    return StepButton(gettext("Sett inn stedfortreder"), where, about=name)


def kinds_due(outlook: Forecast) -> list[tuple[str, int, str]]:
    """(name, how many, basis) of what falls due, most first."""
    most = sorted(outlook.by_code.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(deadline_name(code), many, KINDS[code].basis) for code, many in most]


def all_lines(outlook: Forecast) -> list[tuple[str, Load]]:
    """Every line of the table with its name, as the file has them."""
    if not leads_units():
        return [(load.name, load) for load in outlook.coordinators]
    lines = [(gettext("Alle"), outlook.total), *((load.name, load) for load in outlook.units)]
    lines += [(load.name, load) for load in outlook.coordinators]
    return [*lines, (gettext("Kontorer og andre ansvarlige"), outlook.others)]


def cells(name: str, load: Load) -> list[str]:
    """One line of the file; an empty cell where plans are not counted."""
    plans = str(load.plans) if load.key and load.extra else ""
    numbers = [str(load.in_week(n)) for n in range(len(load.weeks))]
    return [name, plans, str(load.late), *numbers, str(load.due), str(sum(load.extra))]


def row_of(line: CaseloadPlan) -> ForecastRow:
    """A plan with its next date and the act that hands it on."""
    steps = []
    if "leader" in current_reader().roles:
        steps.append(manager_button(line.plan_id, PlanStep.PROPOSE_COORDINATOR, line.number))
    if "coordinating" in current_reader().roles:
        steps.append(
            manager_button(
                line.plan_id, PlanStep.OFFER_COORDINATOR, line.number, gettext("Spør en annen")
            )
        )
    return ForecastRow(line, deadline_name(line.code), steps)
