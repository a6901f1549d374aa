"""The part of a plan file's story that tells of people, measures, meetings and sharing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from workflow.acts.planfile import Around, Measure, Meeting
from workflow.acts.planfile_steps import NO_REASON, Tale
from workflow.rules.clock import oslo_date, oslo_time


def people(tale: Tale) -> None:
    """Participants come in, those who left go out, and sub-plans are named."""
    for number, one in enumerate(tale.file.participants, 1):
        on = max(one.on, tale.plan.reported_on)
        _join(tale, one, on)
        if one.left_on:
            step = "A7" if one.left_how == "phased_out" else "A6"
            tale.tell(max(one.left_on, on), 31, step, participant_id=f"participant-{number}",
                      reason=one.left_reason)  # fmt: skip
    for plan in tale.file.sub_plans:
        tale.tell(
            max(plan.on, tale.plan.reported_on), 6, "A17", title=plan.title, link=plan.link,
            owner_system=plan.owner_system, responsible=plan.responsible, review_on=plan.review_on,
        )  # fmt: skip


def _join(tale: Tale, one: Around, on: date) -> None:
    shared: dict[str, Any] = {
        "party_id": one.who, "name": one.name, "role": one.role, "phone": one.phone,
        "organisation": one.organisation, "level": one.level, "can_do": one.can_do,
    }  # fmt: skip
    if one.companion or one.kind == "volunteer":
        tale.tell(on, 6, "A23", companion_id=one.companion, **shared)
    else:
        tale.tell(on, 6, "A5", kind=one.kind, **shared)


def measures(tale: Tale) -> None:
    """Each measure in the order of the file, by the days it carries."""
    first = tale.plan.reported_on
    for number, one in enumerate(tale.file.measures, 1):
        first = max(first, one.on)  # the order of the file is the order of the table
        _measure(tale, one, f"measure-{number}", first)


def _measure(tale: Tale, one: Measure, name: str, on: date) -> None:
    after = f"measure-{one.after}" if one.after else None
    tale.tell(
        on, 7, "M1", text=one.text, goal_id=f"goal-{one.goal}" if one.goal else None,
        helper_ids=one.together_with, not_before=one.not_before, condition=one.condition,
        condition_by=one.condition_by, agreed_consequence=one.agreed_consequence, kind=one.kind,
        after_id=after, system_code=one.system_code, accountable_id=one.accountable,
        service_decision_ref=_reference(one), due_on=one.due_on, due_time=one.due_time,
        look_again_on=one.look_again_on,
    )  # fmt: skip
    if one.agreed_on:
        _agreed(tale, one, name, max(on, one.agreed_on))
    _worked_on(tale, one, name, max(on, one.agreed_on or on))
    _ended(tale, one, name)


def _reference(one: Measure) -> str:
    return "" if one.close_reason == "service_denied" else one.service_decision_ref


def _agreed(tale: Tale, one: Measure, name: str, on: date) -> None:
    """Agreed with its first date; moved the same day to the date that holds now."""
    now_due: dict[str, Any] = {
        "due_on": one.due_on,
        "due_time": one.due_time,
        "look_again_on": one.look_again_on,
    }
    moved = one.original_due_on not in (None, one.due_on or one.look_again_on)
    due: dict[str, Any] = {"due_on": one.original_due_on} if moved else now_due
    tale.tell(on, 8, "M2", name, accountable_id=one.accountable, accountable_said_yes=True, **due)
    if moved:
        tale.tell(on, 9, "M11", name, reason=NO_REASON, **now_due)


def _worked_on(tale: Tale, one: Measure, name: str, on: date) -> None:
    """Begun, done and evaluated, as far as its state and days say."""
    begun = one.state in ("active", "reviewed") or one.evaluated_on
    if begun and not one.completed_on:
        tale.tell(max(on, tale.plan.started_on or on), 10, "M5", name)
    done = one.completed_on and max(on, one.completed_on)
    if done:
        tale.tell(done, 11, "M6", name, completed_on=one.completed_on)
    if one.evaluated_on:
        tale.tell(
            max(one.evaluated_on, done or on), 12, "M7", name, outcome=one.outcome,
            rating=one.rating, result_words=one.result_words, way_of_working=one.way_of_working,
            why_not_done="" if done else NO_REASON,
        )  # fmt: skip


def _ended(tale: Tale, one: Measure, name: str) -> None:
    """Closed with its reason, or somebody else is asked."""
    if one.asked_to_take_over and one.asked_on:
        tale.tell(one.asked_on, 13, "M12", name, to_party_id=one.asked_to_take_over)
    if one.state != "closed":
        return
    on = one.closed_on or one.evaluated_on or one.on
    if one.close_reason == "done":
        tale.tell(on, 13, "M9", name)
    elif one.close_reason == "refused":
        tale.tell(on, 13, "M4a", name)
    elif one.close_reason == "service_denied":
        tale.tell(on, 13, "M4b", name, reason=NO_REASON, unmet_code=one.unmet_code,
                  service_decision_ref=one.service_decision_ref)  # fmt: skip
    else:
        tale.tell(on, 48, "M14", name, reason=NO_REASON)


def meetings(tale: Tale) -> None:
    """Each meeting with its call, its holding and its minutes."""
    for number, one in enumerate(tale.file.meetings, 1):
        _meeting(tale, one, f"meeting-{number}", max(one.on, tale.plan.reported_on))


def _meeting(tale: Tale, one: Meeting, name: str, on: date) -> None:
    starts = oslo_time(one.starts_at)
    tale.tell(
        on, 14, "V1", starts_on=starts.date(), starts_time=starts.time(), place=one.place,
        kind=one.kind, party_ids=one.invited, chair_id=one.chair, agenda=one.agenda,
        minute_taker_id=one.minute_taker,
    )  # fmt: skip
    if one.written_view or one.support_person:
        tale.tell(on, 14, "V10", name, written_view=one.written_view,
                  support_person=one.support_person)  # fmt: skip
    if one.called_on:
        tale.tell(one.called_on, 15, "V2", name,
                  short_notice_reason=one.short_notice_reason or _short(one))  # fmt: skip
    if one.held_on:
        at = one.starts_at if oslo_date(one.starts_at) == one.held_on else None
        tale.tell(one.held_on, 16, "V5", name, at=_afternoon(at), came_ids=one.came)
    if one.minutes:
        tale.tell(one.minuted_on or one.held_on or on, 17, "V6", name, minutes=one.minutes)
    # One that fell away with the plan has no day of its own: the plan's closing takes it along again.
    if one.state == "cancelled" and (one.cancelled_on or tale.plan.state != "closed"):
        tale.tell(one.cancelled_on or on, 18, "V7", name, reason=one.cancel_reason or NO_REASON)


def _short(one: Meeting) -> str:
    """A moved meeting may stand nearer to its call than seven days."""
    assert one.called_on is not None
    return NO_REASON if (oslo_date(one.starts_at) - one.called_on).days < 7 else ""


def _afternoon(starts: datetime | None) -> datetime | None:
    """The meeting's own hour where it began after noon; before noon the day is enough."""
    return starts if starts and oslo_time(starts).hour >= 12 else None


def settle(tale: Tale) -> None:
    """What carries no day of its own: goals that are done with, the review date, who shares."""
    plan, on = tale.plan, tale.settled()
    for number, goal in enumerate(tale.file.goals, 1):
        if goal.status != "open":
            tale.tell(max(on, goal.on), 30, "A4", goal_id=f"goal-{number}", status=goal.status)
    _health(tale)
    planned = [told.fields.get("next_review_on") for *_, told in sorted(tale.steps, key=_when)]
    last = next((day for day in reversed(planned) if day), None)
    if plan.next_review_on and plan.next_review_on != last:
        tale.tell(on, 36, "A26", next_review_on=plan.next_review_on, reason=NO_REASON)
    if not plan.closed:
        _sharing(tale, on)


def _when(step: tuple[date, int, int, Any]) -> tuple[date, int, int]:
    return step[:3]


def _sharing(tale: Tale, on: date) -> None:
    """The steps before opened the plan to those who take part; the file says who sees it now."""
    plan = tale.plan
    opened = {one.who for one in tale.file.participants if not one.left_on}
    opened |= {one.accountable for one in tale.file.measures if one.agreed_on}
    opened |= {plan.coordinator, plan.contact} if plan.started_on or plan.answer else set()
    for who in sorted(filter(None, opened - set(plan.shares_with) - {plan.person})):
        tale.tell(on, 40, "P21a", party_id=who)
    until = {one.who: one.until for one in plan.shares_until if one.until >= on}
    parts = {one.who: list(one.parts) for one in plan.shares_parts}
    for who in sorted(set(plan.shares_with) - opened | set(until) | set(parts)):
        ends: dict[str, Any] = {"until_on": until[who]} if who in until else {}
        tale.tell(on, 40, "A8", party_id=who, scopes=parts.get(who), **ends)


def _health(tale: Tale) -> None:
    """What stands about the person's health, each on the day it was written."""
    for one in tale.plan.health:
        tale.tell(max(one.on, tale.plan.reported_on), 8, "A35", words=one.words)
