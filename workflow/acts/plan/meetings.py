"""Meetings through their life, from plan to minutes; what is agreed there becomes measures by their own acts."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from sqlalchemy import select, update

from workflow.acts.base import references
from workflow.acts.base.context import StepContext
from workflow.acts.base.form_fields import (
    Id,
    Line,
    Text,
    WithAgreement,
    WithAgreementAndReason,
    ask,
    ask_answer,
)
from workflow.acts.base.registry import act
from workflow.acts.engine import undo
from workflow.acts.plan import letters
from workflow.record.models import Document, MeetingParty
from workflow.rules.calendar.clock import at_oslo, oslo_time
from workflow.rules.names.steps import MeetingStep
from workflow.words.text.translatable import N_

KINDS = (("group", N_("Hele gruppen")), ("small", N_("Et lite møte")))


class PlanMeeting(WithAgreement):
    """When, where, who leads and who the person wants there (3.15, 1.11)."""

    starts_on: date | None = ask(N_("Dag"), "date", None)
    starts_time: time | None = ask(N_("Klokka"), "time", None)
    place: Line = ask(N_("Sted"), "line", "")
    kind: str = ask(N_("Slags møte"), "choice", "small", choices=KINDS)
    party_ids: list[Id] = ask(N_("Hvem kommer?"), "around_many", [])
    chair_id: Id | None = ask(N_("Hvem leder?"), "around", None, folded=True)
    minute_taker_id: Id | None = ask(N_("Hvem skriver referat?"), "around", None, folded=True)
    agenda: Text = ask(N_("Saker. Skriv hvem som tar opp hva"), "textarea", "")


def _invite(step: StepContext) -> None:
    """The invited, as the person approves them; the person is always one of them."""
    wanted = [step.plan.get("person_id"), step.changes.get("chair_id"), *step.form.party_ids]
    for party_id in dict.fromkeys(filter(None, wanted)):
        references.party(step, party_id, "party_ids")
        step.insert(
            MeetingParty,
            meeting_id=step.subject["id"],
            party_id=party_id,
            reply="",
            reason="",
            stand_in="",
            came="",
            called_at=step.now,
        )


def _first_hour(form: Any) -> Any:
    """The instant that is planned; noon where nobody has said an hour yet."""
    return at_oslo(form.starts_on, form.starts_time or time(12, 0))


@act(MeetingStep.PLAN, PlanMeeting, follow=_invite)
def plan_meeting(step: StepContext) -> None:
    """Planned; the coordinator leads where nobody else is named."""
    form: PlanMeeting = step.form
    step.require(starts_on=form.starts_on)
    chair = form.chair_id or step.plan["responsible_party_id"] or step.actor.party_id
    minutes = form.minute_taker_id or chair
    for name, party_id in (("chair_id", chair), ("minute_taker_id", minutes)):
        if party_id:
            references.party(step, party_id, name)
    step.set(
        kind=form.kind,
        starts_at=_first_hour(form),
        place=form.place,
        agenda=form.agenda,
        chair_id=chair,
        minute_taker_id=minutes,
        written_view="",
        support_person="",
        short_notice_reason="",
        person_present="",
        minutes="",
        cancel_reason="",
        version=1,
    )


class Call(WithAgreement):
    """The call goes out; less than seven days ahead needs a reason."""

    agenda: Text | None = ask(N_("Saker. Skriv hvem som tar opp hva"), "textarea", None)
    short_notice_reason: Text = ask(N_("Hvorfor så kort varsel?"), "line", "")


@act(MeetingStep.CALL, Call)
def call(step: StepContext) -> None:
    """Called, with ground rules and the person's limits attached (3.16, 0.5)."""
    form: Call = step.form
    if form.agenda:
        step.set(agenda=form.agenda)
    step.set(called_at=step.now, short_notice_reason=form.short_notice_reason)
    meeting = {**step.subject, **step.changes}
    text = "\n\n".join(
        filter(
            None,
            (
                meeting["place"],
                meeting["agenda"],
                step.plan["ground_rules"],
                step.plan["limits"],
            ),
        )
    )
    step.insert(
        Document,
        event_id=step.event_id,
        kind="call",
        title=step.plan["number"],
        created_at=step.now,
        **letters.document_columns(text),
    )


class ReportAbsence(WithAgreement):
    """Why, and who comes instead."""

    reason: Text = ask(N_("Hvorfor? Kan stå åpent"), "line", "")
    stand_in: Line = ask(N_("Hvem kommer i stedet?"), "line", "")


@act(MeetingStep.REPORT_ABSENCE, ReportAbsence)
def report_absence(step: StepContext) -> None:
    """Kan ikke komme; a stand-in may come."""
    form: ReportAbsence = step.form
    _reply(step, reply="cannot_come", reason=form.reason, stand_in=form.stand_in)


def _reply(step: StepContext, **values: Any) -> None:
    """Write the called one's answer; on behalf of the person where it is hers."""
    hers = step.on_behalf or step.ground == "representative"
    who = step.plan["person_id"] if hers else step.actor.party_id
    called = update(MeetingParty).where(
        MeetingParty.meeting_id == step.subject["id"],
        MeetingParty.party_id == who,
    )
    step.change_rows(called.values(**values))
    step.note(reply=values["reply"], who=who)
    step.say(reason=values.get("reason", ""), stand_in=values.get("stand_in", ""))


class ReplyForm(WithAgreement):
    """Coming, another time or place, or not able to."""

    reply: str = ask_answer(
        N_("Kommer du?"),
        "coming",
        choices=(
            ("coming", N_("Jeg kommer")),
            ("other_time", N_("Jeg vil endre tid eller sted")),
            ("cannot_come", N_("Jeg kan ikke komme")),
        ),
    )
    reason: Text = ask(N_("Vil du si noe mer?"), "line", "", folded=True)


@act(MeetingStep.REPLY, ReplyForm)
def reply(step: StepContext) -> None:
    """The called one's answer."""
    _reply(step, reply=step.form.reply, reason=step.form.reason)


class Move(WithAgreementAndReason):
    """A new day, hour or place, and why; what is left empty stays as it was."""

    starts_on: date | None = ask(N_("Ny dag"), "date", None)
    starts_time: time | None = ask(N_("Klokka"), "time", None)
    place: Line | None = ask(N_("Sted"), "line", None, folded=True)


@act(MeetingStep.MOVE, Move)
def move(step: StepContext) -> None:
    """Moved; the old call no longer holds, nor what anybody answered to it."""
    form: Move = step.form
    if (form.starts_on, form.starts_time, form.place) == (None, None, None):
        step.require(starts_on=None)
    was = oslo_time(step.subject["starts_at"])
    day, hour = form.starts_on or was.date(), form.starts_time or was.time()
    step.set(starts_at=at_oslo(day, hour), called_at=None)
    if form.place is not None:
        step.set(place=form.place)
    step.say(reason=form.reason)
    asked = update(MeetingParty).where(MeetingParty.meeting_id == step.subject["id"])
    step.change_rows(asked.values(reply="", reason="", stand_in=""))


class HoldMeeting(WithAgreement):
    """Who came, and was the person there (3.20)."""

    came_ids: list[Id] = ask(N_("Hvem kom?"), "called_many", [])


@act(MeetingStep.HELD, HoldMeeting)
def hold_meeting(step: StepContext) -> None:
    """Held; who came is kept."""
    came = set(step.form.came_ids)
    present = step.plan["person_id"] in came
    step.set(held_on=step.today, person_present="yes" if present else "no")
    for row in step.conn.execute(
        select(MeetingParty.id, MeetingParty.party_id).where(
            MeetingParty.meeting_id == step.subject["id"],
        )
    ).all():
        called = update(MeetingParty).where(MeetingParty.id == row.id)
        step.change_rows(called.values(came="yes" if row.party_id in came else "no"))
    step.note(came=sorted(came))


class Minutes(WithAgreement):
    """What was said and agreed, in everyday words."""

    minutes: Text = ask(N_("Referat. Skriv kort"), "textarea", "")


@act(MeetingStep.SEND_MINUTES, Minutes)
def send_minutes(step: StepContext) -> None:
    """Minutes out to everybody who was called."""
    step.require(minutes=step.form.minutes)
    step.set(minutes=step.form.minutes)
    step.insert(
        Document,
        event_id=step.event_id,
        kind="minutes",
        title=step.plan["number"],
        created_at=step.now,
        **letters.document_columns(step.form.minutes),
    )


@act(MeetingStep.CANCEL, WithAgreementAndReason)
def cancel_meeting(step: StepContext) -> None:
    """Called off, with the reason."""
    step.set(cancel_reason=step.form.reason)


@act(MeetingStep.TAKE_BACK, WithAgreementAndReason)
def undo_meeting_step(step: StepContext) -> None:
    """The last step of the meeting is undone by a new event."""
    undo.undo(step)


class Prepare(WithAgreement):
    """Agenda items, the person's written view, a support person (1.11, 4.6)."""

    agenda: Text | None = ask(N_("Saker. Skriv hvem som tar opp hva"), "textarea", None)
    written_view: Text | None = ask(N_("Det jeg vil si, skrevet på forhånd"), "textarea", None)
    support_person: Line | None = ask(N_("Hvem blir med meg?"), "line", None)


@act(MeetingStep.PREPARE, Prepare)
def prepare(step: StepContext) -> None:
    """The person's view stands there before the meeting begins."""
    for name in ("agenda", "written_view", "support_person"):
        value = getattr(step.form, name)
        if value is not None:
            step.set(**{name: value})
