"""What matters now on a plan: meetings, unanswered wishes and proposals, open questions, warnings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import url_for

from web.hints.catalogue import HINTS, hints_of
from web.hints.meeting import MEETING_HINTS
from web.page.formats import day, moment, weekday
from web.page.view_models import StepButton
from web.request.translate import gettext
from web.staff.steps.labels import call_person, code_label, meeting_state
from web.staff.steps.step_buttons import Buttons
from workflow.acts.privacy.data_requests import ACCESS
from workflow.record.shapes.plan import ComplaintView, MeetingView, OfferView, WishView
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import MeasureStep, PlanStep
from workflow.rules.tables import TRANSITIONS
from workflow.words.steps.catalogue import step_words


@dataclass(frozen=True)
class NowLine:
    """One line under «Nå»: words, where they lead, and a button or two."""

    words: str
    address: str = ""
    steps: tuple[StepButton, ...] = ()
    tag: str = ""
    code: str = ""


def lines(buttons: Buttons) -> list[NowLine]:
    """What is nearest first: meetings, then everything that waits for an answer."""
    return [
        *meetings(buttons),
        *proposals(buttons),
        *(wish(buttons, one) for one in buttons.view.wishes if one.kind != ACCESS),
        *(line for one in buttons.view.offers for line in asked_lines(buttons, one)),
    ]


def meetings(buttons: Buttons) -> Iterator[NowLine]:
    """Meetings to come, and those held without minutes."""
    waiting = [m for m in buttons.view.meetings if m.state == "held"]
    passed = [
        m
        for m in buttons.view.meetings
        if m.state in ("planned", "called") and m not in buttons.view.coming
    ]
    for meeting in (*buttons.view.coming, *passed, *waiting):
        yield meeting_line(buttons, meeting)


def meeting_line(buttons: Buttons, meeting: MeetingView) -> NowLine:
    """«I morgen kl. 10: møte. Nav.»"""
    when = moment(meeting.starts_at)
    what = gettext("møte med hele gruppen") if meeting.kind == "group" else gettext("et lite møte")
    words = gettext("%(when)s: %(what)s.", when=when[:1].upper() + when[1:], what=what)
    if meeting.place:
        words = f"{words} {meeting.place.rstrip('.')}."
    address = url_for("staff.meeting", plan_id=buttons.view.plan.id, meeting_id=meeting.id)
    options = buttons.asked.of_meeting(meeting)
    step = next((one for one in MEETING_HINTS if hints_of(one).main and options.allows(one)), "")
    steps = (buttons.step(step, meeting),) if step else ()
    return NowLine(words, address, steps, meeting_state(meeting), meeting.state)


def proposals(buttons: Buttons) -> Iterator[NowLine]:
    """The person's own proposals, with the day they are answered by."""
    view = buttons.view
    due = {
        one.subject_id: one.due_at
        for one in view.deadlines
        if one.code == DeadlineCode.ANSWER_PERSON
    }
    for measure in view.measures:
        own = measure.proposed_by == view.plan.person_id or measure.id in due
        if measure.state != "requested" or not own:
            continue
        words = gettext("%(who)s foreslo «%(what)s».", who=call_person(view), what=measure.text)
        if measure.id in due:
            words += " " + gettext("Svar innen %(day)s.", day=weekday(due[measure.id]))
        steps: tuple[StepButton, ...] = ()
        if buttons.asked.of_measure(measure).allows(MeasureStep.AGREE):
            steps = (
                buttons.step(MeasureStep.AGREE, measure, label=gettext("Svar"), about=measure.text),
            )
        yield NowLine(words, f"#tiltak-{measure.id}", steps)


def wish(buttons: Buttons, one: WishView) -> NowLine:
    """A message or a wish that waits for an answer."""
    view = buttons.view
    due = next((d.due_at for d in view.deadlines if d.subject_id == one.id), None)
    name = view.name(one.from_party_id) or call_person(view)
    said = {"who": name, "what": code_label("wish", one.kind).lower(), "words": one.words}
    words = gettext("%(what)s fra %(who)s: «%(words)s».", **said)
    words = words[:1].upper() + words[1:]
    if due:
        words += " " + gettext("Svar innen %(day)s.", day=weekday(due))
    open_ = buttons.of_plan.allows(PlanStep.ANSWER)
    label = gettext("Svar")
    steps = (
        (buttons.step(PlanStep.ANSWER, label=label, about=one.words, wish_id=one.id),)
        if open_
        else ()
    )
    return NowLine(words, "", steps)


def asked_lines(buttons: Buttons, offer: OfferView) -> Iterator[NowLine]:
    """Who has been asked, and until when; measures say so in the table."""
    step = withdrawing(offer.kind)
    if not step:
        return
    if offer.kind == "coordinator":
        words = gettext("%(who)s er spurt om å være koordinator.", who=offer.to_name)
    elif offer.kind == "confirmation":
        said = {"who": offer.to_name, "what": gettext(step_words(offer.asked_step))}
        words = gettext("%(who)s er spurt om å bekrefte: %(what)s.", **said)
    elif offer.to_code:
        sent = day(oslo_date(offer.sent_at))
        words = gettext("%(who)s ble spurt %(day)s om å ta over.", who=offer.to_name, day=sent)
    else:
        words = gettext("%(who)s er spurt om å ta over.", who=offer.to_name)
    if offer.expires_at:
        words += " " + gettext("Svar innen %(day)s.", day=day(oslo_date(offer.expires_at)))
    steps = (buttons.step(step),) if buttons.of_plan.allows(step) else ()
    yield NowLine(words, "", steps)


def withdrawing(kind: str) -> str:
    """The step that takes a question of that kind back; nothing where the plan's page has none."""
    return next(
        (
            one
            for one, said in HINTS.items()
            if said.withdraws and kind in TRANSITIONS[one].offer_kinds
        ),
        "",
    )


def warnings(buttons: Buttons) -> Iterator[tuple[str, str]]:
    """(colour, sentence) of what everybody who opens the plan must know first."""
    plan = buttons.view.plan
    person = call_person(buttons.view)
    if plan.resting == "stopped":
        yield "warning", gettext("%(who)s deler ikke planen nå.", who=person)
    elif plan.resting:
        yield "warning", gettext("Planen hviler. Den åpnes igjen med ett trykk.")
    elif plan.paused_until:
        yield "info", gettext("Planen har pause til %(day)s.", day=day(plan.paused_until))
    if plan.informal and plan.state != "closed":
        yield "info", gettext("Vi er i gang. Vedtaket kommer etterpå.")
    if plan.ends_on and plan.state != "closed":
        until = day(plan.ends_on)
        yield (
            "warning",
            gettext("Det er vedtatt å avslutte. Planen gjelder til %(day)s.", day=until),
        )
    if buttons.view.parts[ComplaintView]:
        yield "warning", gettext("En klage er til behandling. Ingenting avsluttes så lenge.")
    if not plan.informal and plan.person_knows == "no":
        yield (
            "warning",
            gettext("%(who)s vet ikke om dette ennå. Ring eller møtes først.", who=person),
        )
    if not buttons.view.coordinator.id and plan.state in ("active", "reviewed"):
        name = buttons.view.acting.name
        yield "warning", gettext("Uten koordinator. %(who)s passer på planen nå.", who=name)
