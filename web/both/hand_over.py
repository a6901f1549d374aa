"""Where a plan's hand-over to another municipality stands, told on the sender's pages to staff and to the person."""

from __future__ import annotations

from datetime import timedelta

from web.hints.catalogue import hints_of
from web.page.formats import day
from web.page.view_models import StepButton
from web.request.database import db_session
from web.request.translate import N_, gettext
from workflow.record.crossing.hand_over import HandOver, has_come_back, last_of
from workflow.record.plan.view import PlanView
from workflow.rules.crossing.hand_over import WITHOUT_SUMMARY
from workflow.rules.engine.vocabulary import CLOSED
from workflow.rules.names.steps import PlanStep
from workflow.words.steps.history import NEIGHBOUR, NEIGHBOURS_WORD, SOURCE
from workflow.words.text.telephone import group_digits

TOLD_FOR = timedelta(days=14)
# How it ended without a yes, by the reason that stands in the hand-over; "" is a no.
STAYS = {
    "": N_("%(place)s sa nei til å ta over %(day)s. Planen blir her."),
    "expired": N_("%(place)s svarte ikke i tide. Planen blir her."),
    "withdrawn": N_("Spørsmålet til %(place)s er trukket. Planen blir her."),
    "consent": N_("Personen vil ikke flytte planen til %(place)s likevel. Planen blir her."),
}
STAYS_PERSON = {
    "": N_("%(place)s kan ikke ta over planen. Den blir her."),
    "expired": N_("%(place)s svarte ikke i tide. Planen blir her."),
    "withdrawn": N_("Vi spør ikke %(place)s lenger. Planen blir her."),
    "consent": N_("Planen blir her, slik du ville."),
}
HAS_CASE = N_("Der behandles saken på nytt. %(who)s svarer for den så lenge.")
COORDINATES_THERE = N_("Koordinator der er %(who)s.")
YOUR_COORDINATOR = N_("Koordinatoren din der er %(who)s.")


def find_departure(view: PlanView) -> HandOver | None:
    """The hand-over by which the plan went to another municipality; None for any other plan."""
    if view.plan.state != CLOSED or view.plan.close_reason != "transferred_out":
        return None
    hand_over = last_of(db_session(), view.plan.id)
    if hand_over is None or not hand_over.released_at:
        return None
    return None if has_come_back(db_session(), view.plan.id, view.plan.person_id) else hand_over


def find_failed_hand_over(view: PlanView) -> HandOver | None:
    """The hand-over that came to nothing lately: told for a fortnight.

    Where the view has events they say whether to look; the person's pages read none.
    """
    lately = any(
        hints_of(one.step_name).stays_here and view.now - one.at < TOLD_FOR for one in view.events
    )
    if view.plan.state == CLOSED or (view.events and not lately):
        return None
    hand_over = last_of(db_session(), view.plan.id)
    if hand_over is None or hand_over.state not in WITHOUT_SUMMARY or hand_over.why not in STAYS:
        return None
    return hand_over if hand_over.ended_at and view.now - hand_over.ended_at < TOLD_FOR else None


def for_staff(view: PlanView, reads: bool) -> str:
    """What staff are told of a hand-over that has ended; what was written only to who reads the plan."""
    if left := find_departure(view):
        return " ".join([find_new_place(left), *coordinator_there(left, COORDINATES_THERE)])
    kept = find_failed_hand_over(view)
    if kept is None:
        return ""
    lines = [tell_failure(STAYS, kept)]
    if kept.residence_disputed:
        lines.append(gettext("De mener at personen ikke bor hos dem."))
    if reads and (words := refusal_reason(view)):
        lines.append(gettext("De skrev: «%(words)s».", words=words.rstrip(".")))
    return " ".join(lines)


def refusal_reason(view: PlanView) -> str:
    """What they wrote with their no."""
    said = next((one for one in view.events if one.step_name == PlanStep.DECLINE_TRANSFER), None)
    return said.words.get("reason", "") if said else ""


def find_new_place(left: HandOver) -> str:
    """Where the plan goes on, with its number there once they have begun."""
    if not left.number:
        said = gettext("%(place)s svarer for planen fra %(day)s.", **places(left))
        return " ".join([said, gettext("Vi venter på nummeret den får der.")])
    return gettext(
        "Planen går videre i %(place)s, plan %(number)s.", place=left.place, number=left.number
    )


def coordinator_there(left: HandOver, words: str) -> list[str]:
    """Who coordinates there, with the telephone."""
    who = ", ".join(filter(None, (left.coordinator, group_digits(left.phone))))
    if not left.rests_on_old:
        words = HAS_CASE
    return [gettext(words, who=who)] if left.coordinator else []


def tell_departure(left: HandOver, whose: str = "") -> list[str]:
    """Where the plan is now, to the person, or about her to who acts for her."""
    if whose:
        lines = [gettext("%(place)s har planen til %(name)s nå.", place=left.place, name=whose)]
    else:
        lines = [gettext("%(place)s har planen din nå.", place=left.place)]
    if left.number:
        lines.append(gettext("Der er det plan %(number)s.", number=left.number))
    return [*lines, *coordinator_there(left, COORDINATES_THERE if whose else YOUR_COORDINATOR)]


def tell_failure(words: dict[str, str], kept: HandOver) -> str:
    """Why the plan did not go."""
    return gettext(words[kept.why], **places(kept))


def places(hand_over: HandOver) -> dict[str, str]:
    """What the sentences name."""
    return {"place": hand_over.place, "day": day(hand_over.released_at or hand_over.ended_at)}


def names_elsewhere(view: PlanView) -> dict[str, str]:
    """Names for the history: where the plan came from, and the municipality that answered for it."""
    names = {}
    if view.plan.source_name:
        names[SOURCE] = view.plan.source_name.partition(", plan ")[0]
    if any(one.step_name in NEIGHBOURS_WORD for one in view.events):
        asked = last_of(db_session(), view.plan.id)
        names[NEIGHBOUR] = asked.place if asked else ""
    return names


def onward(left: HandOver) -> tuple[StepButton, ...]:
    """Whom to ring there, and the way to that municipality's own pages."""
    steps = []
    if left.coordinator and left.phone:
        label = gettext("Ring %(name)s", name=left.coordinator)
        steps.append(StepButton(label, f"tel:{left.phone.replace(' ', '')}", main=True))
    if left.address:
        steps.append(
            StepButton(gettext("Gå til planen i %(place)s", place=left.place), left.address)
        )
    return tuple(steps)


def for_person(view: PlanView) -> list[str]:
    """What the person is told of a hand-over that has ended: whom to ring from now on."""
    if left := find_departure(view):
        return tell_departure(left)
    if kept := find_failed_hand_over(view):
        lines = [tell_failure(STAYS_PERSON, kept)]
        if kept.residence_disputed:
            lines.append(gettext("De mener at du ikke bor der."))
        if kept.reason:
            lines.append(gettext("De skrev: «%(words)s».", words=kept.reason.rstrip(".")))
        return lines
    return []
