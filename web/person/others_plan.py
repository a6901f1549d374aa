"""What somebody around a plan sees who is neither the person nor staff: what is shared, and what is theirs to do."""

from __future__ import annotations

from web.both.conversation import own_conversation
from web.hints.catalogue import answering_steps
from web.page.formats import first_name
from web.page.view_models import StepButton
from web.person import achievements
from web.person.base.blueprint import find_helper, render_person_page, tab_of, view_of
from web.person.steps.step_links import ask_link, only_open, press_button
from web.request.reader import current_reader
from web.request.translate import N_, gettext
from workflow.record.access.open_plan import OpenPlan
from workflow.record.models import Measure
from workflow.record.plan.view import PlanView
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep
from workflow.rules.tables import TRANSITIONS


def shared_page(opened: OpenPlan) -> str:
    """The plan as it is shared; who is only asked to take over sees the question alone."""
    view = view_of(opened)
    me = current_reader().party_id
    whole = opened.act == "read"
    mine = [m for m in view.measures if takes_part(view, m, me) and m.state in OPEN]
    return render_person_page(
        "shared.html",
        opened,
        view,
        title=whose(view),
        tab_title=tab_of(opened.plan.number),
        whole=whole,
        lines=achievements.lines(view, False) if whole else [],
        mine=[(achievements.line(view, m, False), steps(view, m, me)) for m in mine],
        asked=questions_to_reader(view, me),
        leave=leave(view, me) if whole else None,
        write=write(view) if whole else None,
        plain_staff=current_reader().is_staff,
        said=own_conversation(opened) if whole else [],
        meetings=[(m, reply(m.id)) for m in view.coming if is_called(m.called, me)],
    )


OPEN = frozenset({"decided", "active"})


def write(view: PlanView) -> StepButton | None:
    """A message to whoever is responsible for the plan."""
    label = gettext("Skriv til %(name)s", name=first_name(find_helper(view).name))
    return ask_link(PlanStep.WRITE, label=label, to_party_id=view.plan.responsible_party_id or "")


def whose(view: PlanView) -> str:
    """Whose plan it is; a plan about a problem is called by it."""
    if not view.person.name:
        return view.plan.problem[:80] or gettext("Planen")
    return gettext("Planen til %(name)s", name=view.person.name)


def takes_part(view: PlanView, measure: Measure, me: str) -> bool:
    """Whether the reader does the measure, alone or with others."""
    return measure.accountable_id == me or me in view.helpers(measure.id)


def steps(view: PlanView, measure: Measure, me: str) -> tuple[StepButton, ...]:
    """What the reader can do with a measure of hers."""
    if measure.completed_on:
        return ()
    done = press_button(MeasureStep.DONE, measure.id, about=measure.text)
    return only_open(
        done if measure.accountable_id == me else None,
        ask_link(MeasureStep.CAME_TO_NOTHING, measure.id, about=measure.text),
    )


Question = tuple[str, str, str, tuple[StepButton, ...]]
ASKS = {"measure": N_("Kan du ta over?"), "coordinator": N_("Vil du være koordinator?")}


def questions_to_reader(view: PlanView, me: str) -> list[Question]:
    """What the reader is asked, about what, why, with yes and no."""
    texts = {m.id: m.text for m in view.measures}
    made: list[Question] = []
    for one in view.offers:
        if one.to_party_id != me or one.kind not in ASKS:
            continue
        subject = one.subject_id if one.kind == "measure" else ""
        answers = only_open(
            *(
                press_button(name, subject, gettext("Ja"))
                if TRANSITIONS[name].accepts
                else ask_link(name, subject, gettext("Nei takk"))
                for name in answering_steps(one.kind)
            )
        )
        made.append(
            (gettext(ASKS[one.kind]), texts.get(one.subject_id, ""), one.asked_because, answers)
        )
    return made


def leave(view: PlanView, me: str) -> StepButton | None:
    """«Jeg kan ikke lenger», for a participant."""
    participant_id = next((one.id for one in view.participants if one.party_id == me), None)
    if participant_id is None:
        return None
    return ask_link(
        PlanStep.PARTICIPANT_LEAVES,
        label=gettext("Jeg kan ikke være med lenger"),
        participant_id=participant_id,
    )


def is_called(called: tuple[object, ...], me: str) -> bool:
    """Whether the reader is called to a meeting."""
    return any(getattr(one, "party_id", "") == me for one in called)


def reply(meeting_id: str) -> tuple[StepButton, ...]:
    """The answers to a call."""
    return only_open(
        press_button(MeetingStep.REPLY, meeting_id, gettext("Jeg kommer"), reply="coming"),
        ask_link(MeetingStep.REPORT_ABSENCE, meeting_id, gettext("Jeg kan ikke komme")),
    )
