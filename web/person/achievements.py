"""What we have managed and what is left, as the calm lines that the person reads instead of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from web.page.formats import clock_time, day, first_name, weekday
from web.page.measure_notes import NO_LONGER, notes
from web.request.clock import today
from web.request.translate import gettext
from workflow.record.models import Measure
from workflow.record.plan.view import PlanView

NOT_SHOWN = frozenset({"requested"})


@dataclass(frozen=True)
class AchievementLine:
    """One measure: what, with whom, until when, and whether it is done. `own`: hers to move."""

    id: str
    text: str
    who: str
    when: str
    done: bool
    told: str = ""
    own: bool = False
    closed: bool = False
    notes: tuple[str, ...] = ()


def lines(view: PlanView, is_person: bool) -> list[AchievementLine]:
    """The agreed measures in the plan's order; proposals and what was put away are left out."""
    agreed = (m for m in view.measures if m.state not in NOT_SHOWN)
    return [line(view, m, is_person) for m in agreed if m.close_reason not in NO_LONGER]


def line(view: PlanView, measure: Measure, is_person: bool) -> AchievementLine:
    """One measure as a line."""
    return AchievementLine(
        id=measure.id,
        text=measure.text,
        who=together(view, measure, is_person),
        when="" if is_done(measure) else until(measure),
        done=is_done(measure),
        told=""
        if measure.evaluated_on or not measure.completed_on
        else gettext("Hvordan gikk det?"),
        own=measure.accountable_id == view.plan.person_id,
        closed=measure.state in ("reviewed", "closed"),
        notes=notes(measure),
    )


def is_done(measure: Measure) -> bool:
    """Whether the measure was done, evaluated or not."""
    return measure.completed_on is not None or measure.close_reason == "done"


def until(measure: Measure) -> str:
    """When it is agreed to be done, in few words; nothing where no day is set."""
    if measure.due_on is None:
        again = measure.look_again_on
        return gettext("vi ser på det %(day)s", day=day(again)) if again else ""
    if measure.due_time is None:
        near = (measure.due_on - today()).days in (0, 1)
        on = weekday(measure.due_on)
        return on if near else gettext("avtalt til %(day)s", day=on)
    return gettext(
        "%(day)s kl. %(hour)s", day=weekday(measure.due_on), hour=clock_time(measure.due_time)
    )


def together(view: PlanView, measure: Measure, is_person: bool) -> str:
    """«jeg og Mona»: who does it, the reader first and by herself «jeg»."""
    ids = dict.fromkeys(filter(None, (measure.accountable_id, *view.helpers(measure.id))))
    person = view.plan.person_id
    names = [first_name(view.name(one)) for one in ids if one != person]
    if person in ids:
        names.insert(0, gettext("jeg") if is_person else first_name(view.person.name))
    return join_names(names)


def join_names(names: Sequence[str]) -> str:
    """«Mona», «Mona og Ali», «Mona, Ali og Per»."""
    known = [name for name in names if name]
    if len(known) < 2:
        return "".join(known)
    return gettext("%(some)s og %(last)s", some=", ".join(known[:-1]), last=known[-1])
