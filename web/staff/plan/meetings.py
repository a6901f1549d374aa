"""A meeting's own page: who is called and has answered, limits and ground rules, minutes, its steps."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, url_for

from web.hints.catalogue import hints_of
from web.hints.meeting import MEETING_HINTS
from web.page.view_models import StepButton
from web.request import access_guards
from web.request.translate import gettext
from web.staff.blueprint import pages
from web.staff.plan import people
from web.staff.steps import labels
from web.staff.steps.step_buttons import Buttons, buttons_of
from workflow.record.access.open_plan import OpenPlan
from workflow.record.shapes.plan import MeetingView
from workflow.rules.names.steps import CompositeStep, MeasureStep, MeetingStep

MANY = 5  # a group larger than this can frighten: the page says so (need 1.11)


@pages.get("/plan/<plan_id>/mote/<meeting_id>")
@access_guards.plan_route("read", kind="meeting")
def meeting(opened: OpenPlan, meeting_id: str) -> str:
    """One meeting and what can be done with it now."""
    buttons = buttons_of(opened)
    meeting = next((one for one in buttons.view.meetings if one.id == meeting_id), None)
    if meeting is None:
        abort(404)
    return render_template(
        "staff/meeting.html",
        **common_parts(buttons),
        meeting=meeting,
        state_words=labels.meeting_state(meeting),
        listed=called_parties(buttons, meeting),
        many=len(meeting.called) > MANY,
        steps=steps(buttons, meeting),
        agree=agreeing(buttons, meeting),
    )


@pages.get("/plan/<plan_id>/moter")
@access_guards.plan_route("read", kind="meeting")
def meetings(opened: OpenPlan) -> str:
    """Every meeting of the plan, the newest first."""
    buttons = buttons_of(opened)
    listed = [
        (one, labels.meeting_state(one), address(buttons, one))
        for one in reversed(buttons.view.meetings)
    ]
    new = buttons.step(MeetingStep.PLAN) if buttons.of_plan.allows(MeetingStep.PLAN) else None
    return render_template("staff/meetings.html", **common_parts(buttons), listed=listed, new=new)


def common_parts(buttons: Buttons) -> dict[str, Any]:
    """What both pages show of the plan."""
    view = buttons.view
    return {
        "view": view,
        "plan": view.plan,
        "first_name": labels.call_person(view),
        "contacts": people.contacts(view),
        "back": url_for("staff.plan", plan_id=view.plan.id),
    }


def address(buttons: Buttons, one: MeetingView) -> str:
    """Where a meeting's page is."""
    return url_for("staff.meeting", plan_id=buttons.view.plan.id, meeting_id=one.id)


def called_parties(buttons: Buttons, one: MeetingView) -> list[tuple[str, str, str, str]]:
    """(name, answer, reason, who comes instead) of each who is called."""
    view = buttons.view
    return [
        (
            view.name(who.party_id),
            attendance_words(who.came) or labels.code_label("reply", who.reply),
            who.reason,
            who.stand_in,
        )
        for who in one.called
    ]


def attendance_words(answer: str) -> str:
    """Whether somebody was there, once the meeting is held."""
    return {"yes": gettext("var der"), "no": gettext("var ikke med")}.get(answer, "")


def steps(buttons: Buttons, one: MeetingView) -> list[StepButton]:
    """The meeting's open steps; the first moves it on."""
    options = buttons.asked.of_meeting(one)
    wanted = [step_name for step_name in MEETING_HINTS if options.allows(step_name)]
    main = next((step_name for step_name in wanted if hints_of(step_name).main), "")
    return [buttons.step(step_name, one, main=step_name == main) for step_name in wanted]


def agreeing(buttons: Buttons, one: MeetingView) -> StepButton | None:
    """«Avtalt i møtet», once it is held: what was agreed becomes measures."""
    if one.state not in ("held", "minuted") or not buttons.of_plan.allows(MeasureStep.PROPOSE):
        return None
    return buttons.step(
        CompositeStep.AGREE_IN_MEETING if buttons.coordinates else MeasureStep.PROPOSE
    )
