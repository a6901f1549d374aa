"""The person's meetings: asking for one, answering a call, what she wants said there."""

from __future__ import annotations

from dataclasses import dataclass

from web.page.formats import first_name, moment
from web.page.view_models import StepButton
from web.person.base.blueprint import pages, render_person_page, view_of
from web.person.home import meeting_answers, reply_words, upper_first
from web.person.steps.step_links import ask_link, only_open
from web.request import access_guards
from web.request.translate import gettext
from workflow.record.access.open_plan import OpenPlan
from workflow.record.plan.view import PlanView
from workflow.record.shapes.plan import MeetingView
from workflow.rules.names.steps import MeetingStep
from workflow.words.labels.relations import REPLIES


@dataclass(frozen=True)
class MeetingAhead:
    """A meeting to come: when, where, who, what, and the person's own part in it."""

    id: str
    when: str
    place: str
    agenda: str
    called: tuple[tuple[str, str], ...]
    said: str
    written_view: str
    support_person: str
    steps: tuple[StepButton, ...]
    prepare: StepButton | None
    lead: tuple[StepButton, ...] = ()


@pages.get("/min/<plan_id>/mote")
@access_guards.plan_route("own_pages", kind="person-people")
def meeting(opened: OpenPlan) -> str:
    """Be om møte, and the meetings that come and that have been."""
    view = view_of(opened)
    over = [m for m in reversed(view.meetings) if m.state in ("held", "minuted")]
    return render_person_page(
        "meeting.html",
        opened,
        view,
        title=gettext("Møter"),
        coming=[coming(view, one) for one in view.coming],
        over=over,
        new=ask_link(MeetingStep.PLAN),
    )


def coming(view: PlanView, one: MeetingView) -> MeetingAhead:
    """One meeting as the page shows it."""
    mine = next((c for c in one.called if c.party_id == view.plan.person_id), None)
    others = tuple(
        (view.name(c.party_id), gettext(REPLIES[c.reply]) if c.reply else "")
        for c in one.called
        if c.party_id != view.plan.person_id
    )
    said = reply_words(mine.reply) if mine and mine.reply else ""
    return MeetingAhead(
        one.id,
        upper_first(moment(one.starts_at)),
        one.place,
        one.agenda,
        others,
        said,
        one.written_view,
        one.support_person,
        steps(one, bool(mine), bool(said)),
        ask_link(MeetingStep.PREPARE, one.id, about=moment(one.starts_at)),
        leading(view, one),
    )


def leading(view: PlanView, one: MeetingView) -> tuple[StepButton, ...]:
    """What the person can do where she leads the meeting herself."""
    if one.chair_id != view.plan.person_id:
        return ()
    rows = (MeetingStep.CALL, MeetingStep.MOVE, MeetingStep.CANCEL, MeetingStep.SEND_MINUTES)
    return only_open(*(ask_link(row, one.id) for row in rows))


def steps(one: MeetingView, is_called: bool, has_answered: bool) -> tuple[StepButton, ...]:
    """The answers while the call waits; afterwards the way to change the answer."""
    if not is_called:
        return ()
    if has_answered:
        label = gettext("Endre svaret")
        return only_open(ask_link(MeetingStep.REPLY, one.id, label, first_name(one.place)))
    return meeting_answers(one.id)
