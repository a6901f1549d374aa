"""How the plan stands, said to the person in a line or two, with the steps she may take now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from web.both import hand_over
from web.page.formats import day, first_name
from web.page.view_models import StepButton
from web.person.base.blueprint import may_take
from web.person.base.promises import promised_answer
from web.person.steps.step_links import ask_link, only_open, press_button
from web.request.reader import current_reader
from web.request.translate import gettext
from workflow.record.plan.view import PlanView
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep

UNDO = "undo"


@dataclass(frozen=True)
class PlanStatus:
    """What the person is told of the plan, and what she can do about it."""

    words: tuple[str, ...]
    steps: tuple[StepButton, ...] = ()


def plan_status(view: PlanView, own: bool) -> PlanStatus:
    """How the plan stands now; rest and pause come before the state."""
    plan = view.plan
    if plan.resting:
        return resting_status(view)
    if plan.paused_until:
        return paused_status(view)
    told = tuple(hand_over.for_person(view))
    left = hand_over.find_departure(view)
    if left is not None:
        whose = "" if current_reader().party_id == plan.person_id else view.person.name
        words = (
            *hand_over.tell_departure(left, whose),
            gettext("Du kan alltid lese den gamle planen her."),
        )
        return PlanStatus(words, hand_over.onward(left))
    undoes = may_take(PlanStep.UNDO_WITHDRAWAL)
    status = withdrawn_status(view) if undoes else SAID[plan.state](view)
    return PlanStatus((*told, *status.words), status.steps if own else ())


def due(view: PlanView, *codes: str) -> datetime | None:
    """The nearest open deadline of these codes (aware UTC), or None."""
    return next((one.due_at for one in view.deadlines if one.code in codes), None)


def requested_status(view: PlanView) -> PlanStatus:
    """The need is known; who answers, and by when."""
    lines = [gettext("Vi har fått meldingen din.")]
    by = due(
        view,
        DeadlineCode.PROVISIONAL_REPLY,
        DeadlineCode.DECIDE_REQUEST,
        DeadlineCode.DECIDE_INCOMING,
    )
    if by:
        lines.append(promised_answer(by))
    if view.plan.person_knows == "no":
        lines.append(gettext("Du velger selv om du vil ha en plan."))
    return PlanStatus(tuple(lines), only_open(ask_link(PlanStep.WITHDRAW_REQUEST)))


def decided_status(view: PlanView) -> PlanStatus:
    """Yes or no, and what comes next."""
    if view.plan.outcome == "denied":
        return denied_status(view)
    lines = [gettext("Ja, du får individuell plan.")]
    asked = next((offer for offer in view.offers if offer.kind == "coordinator"), None)
    if view.coordinator.id:
        who = gettext("%(name)s er koordinatoren din.", name=view.coordinator.name)
        lines += [who, gettext("Snart setter dere i gang.")]
    elif asked:
        name = asked.to_name
        lines.append(gettext("Vi har spurt %(name)s om å hjelpe deg med den.", name=name))
    else:
        lines.append(gettext("Vi finner en som kan hjelpe deg med den."))
    return PlanStatus(tuple(lines), only_open(ask_link(PlanStep.WITHDRAW_REQUEST)))


def denied_status(view: PlanView) -> PlanStatus:
    """No, with the way on: the letter, the complaint and who helps with it."""
    lines = [gettext("Du fikk nei til plan nå. I brevet står det hvorfor.")]
    until = view.decision.appeal_until if view.decision else None
    if until:
        lines.append(gettext("Du kan klage til og med %(day)s. Vi hjelper deg.", day=day(until)))
    return PlanStatus(tuple(lines), only_open(ask_link(PlanStep.COMPLAIN)))


def in_use_status(view: PlanView) -> PlanStatus:
    """Under way; when we look at it together next."""
    plan = view.plan
    lines = [gettext("Planen er i gang.")]
    if plan.informal:
        lines.append(gettext("Papirene kommer etterpå."))
    if plan.ends_on:
        lines.append(
            gettext("Kommunen vil avslutte den %(day)s. Du kan klage.", day=day(plan.ends_on))
        )
    elif plan.next_review_on:
        lines.append(gettext("Vi ser på den sammen %(day)s.", day=day(plan.next_review_on)))
    return PlanStatus(tuple(lines), only_open(ask_link(PlanStep.COMPLAIN)) if plan.ends_on else ())


def reviewed_status(view: PlanView) -> PlanStatus:
    """Looked at together; what follows is being settled."""
    on: date | None = view.plan.reviewed_on
    return PlanStatus(
        (
            gettext("Vi så på planen sammen %(day)s.", day=day(on)),
            gettext("Nå ser vi på hva vi gjør videre."),
        )
    )


def transferred_status(view: PlanView) -> PlanStatus:
    """Offered to somebody else; who is responsible until they answer."""
    offer = next((one for one in view.offers if one.kind in ("transfer", "authority")), None)
    place = offer.to_name if offer else ""
    lines = [
        gettext("Vi har spurt %(place)s om å ta over planen.", place=place)
        if place
        else gettext("Vi har spurt noen andre om å ta over planen.")
    ]
    name = view.human(view.plan.responsible_party_id).name or view.unit_name(
        view.plan.responsible_unit_id
    )
    lines.append(gettext("%(name)s har ansvaret til de svarer.", name=name))
    if offer and offer.expires_at:
        lines.append(gettext("De svarer innen %(day)s.", day=day(offer.expires_at)))
    return PlanStatus(
        tuple(lines),
        only_open(
            ask_link(PlanStep.WITHDRAW_TRANSFER, label=gettext("Jeg vil at planen blir her"))
        ),
    )


def closed_status(view: PlanView) -> PlanStatus:
    """Ended, and always readable; the way back."""
    if view.plan.close_reason == "denied":
        return PlanStatus(
            (gettext("Du fikk nei til plan."), gettext("Du kan spørre igjen når du vil."))
        )
    again = gettext("Jeg vil ta den opp igjen")
    ended = gettext("Planen er avsluttet. Du kan alltid lese den.")
    words = gettext("Jeg vil ta opp igjen planen.")
    ask = ask_link(PlanStep.ASK_FOR_STEP, label=again, step=PlanStep.REOPEN, words=words)
    return PlanStatus((ended,), only_open(ask))


def withdrawn_status(view: PlanView) -> PlanStatus:
    """Ended because the person did not want it, and she can still change her mind."""
    until = next(offer.expires_at for offer in view.offers if offer.kind == UNDO)
    lines = (
        gettext("Du har sagt at du ikke vil ha planen."),
        gettext("Du kan angre til og med %(day)s.", day=day(until)),
    )
    return PlanStatus(lines, only_open(press_button(PlanStep.UNDO_WITHDRAWAL)))


def resting_status(view: PlanView) -> PlanStatus:
    """Sharing stopped by the person, or a plan that rests; one press opens it."""
    if view.plan.resting == "stopped":
        lines = [gettext("Nå ser ingen andre planen.")]
        if view.plan.paused_until:
            until = day(view.plan.paused_until)
            lines.append(gettext("Du kan åpne den selv til og med %(day)s.", day=until))
        return PlanStatus(tuple(lines), only_open(press_button(PlanStep.SHARE_AGAIN)))
    return PlanStatus(
        (gettext("Planen hviler. Kom når det passer."),),
        only_open(press_button(PlanStep.SHARE_AGAIN, label=gettext("Jeg vil i gang igjen"))),
    )


def paused_status(view: PlanView) -> PlanStatus:
    """A pause, until when, and the way out of it."""
    until = day(view.plan.paused_until)
    lines = (
        gettext("Planen har pause til %(day)s.", day=until),
        gettext("Du får ingen påminnelser nå."),
    )
    return PlanStatus(
        lines,
        only_open(
            press_button(PlanStep.RESUME), ask_link(PlanStep.PAUSE, label=gettext("Lengre pause"))
        ),
    )


SAID: Mapping[str, Callable[[PlanView], PlanStatus]] = {
    "requested": requested_status,
    "decided": decided_status,
    "active": in_use_status,
    "reviewed": reviewed_status,
    "transferred": transferred_status,
    "closed": closed_status,
}


def helper_line(view: PlanView) -> Iterator[str]:
    """A line where somebody stands in, or where nobody coordinates yet."""
    human = view.contact
    if human.substitute_name:
        yield gettext(
            "%(name)s er borte. %(other)s hjelper deg så lenge.",
            name=first_name(human.name),
            other=first_name(human.substitute_name),
        )
    elif not view.coordinator.id and view.acting.id:
        name = view.acting.name
        yield gettext("%(name)s passer på planen nå.", name=name)
