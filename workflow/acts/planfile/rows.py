"""What hangs on a plan that is brought in: its rows are laid as the file says they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, select

from workflow.acts.base import references
from workflow.acts.base.context import StepContext, is_words
from workflow.acts.plan import letters, offers
from workflow.acts.planfile import check, deadline_rows, schema
from workflow.acts.planfile.columns import AROUND_COLUMNS, JUDGED, MEASURE_COLUMNS, MEETING_COLUMNS
from workflow.acts.planfile.deadline_rows import noon_of, state_before_offer
from workflow.record.models import (
    Base,
    Consent,
    Decision,
    Goal,
    HealthNote,
    Measure,
    MeasureHelper,
    Meeting,
    MeetingParty,
    Offer,
    Participant,
    Party,
    Pause,
    SubPlan,
    Tenure,
    new_id,
)
from workflow.record.same_party import units_named
from workflow.rules.calendar.clock import at_oslo
from workflow.rules.sharing.scopes import FIRST_SHARED, to_stored
from workflow.words.letters.decisions import LAW

WORKS_ON = ("decided", "active", "reviewed", "transferred")
BROUGHT = "brought"  # how a consent came here: the file says that it was given


def find_unit(step: StepContext, name: str) -> str | None:
    """The only office of that name."""
    unit_ids = units_named(step.conn, name)
    return unit_ids[0] if len(unit_ids) == 1 else None


def responsible_party(plan: schema.FileContent) -> str | None:
    """The human who has the plan in hand; nobody before there is a yes, or after the end."""
    denied = plan.answer is not None and not plan.answer.granted
    if plan.state not in WORKS_ON or denied or (plan.started_on is None and plan.answer is None):
        return None
    return plan.acting or plan.coordinator


def fill(step: StepContext) -> None:
    """What hangs on the plan, and the deadlines that run for it."""
    form: Any = step.form
    _add_holders(step, form.plan)
    _add_decisions(step, form.plan)
    goals = [_add_goal(step, number, goal) for number, goal in enumerate(form.goals, 1)]
    for around in form.participants:
        _add_participant(step, around)
    _add_measures(step, form.measures, goals)
    for meeting in form.meetings:
        _add_meeting(step, meeting)
    for sub_plan in form.sub_plans:
        _add(step, SubPlan, **sub_plan.model_dump(exclude={"on"}))
    _add_consents(step, form)
    _add_rest(step, form.plan)
    deadline_rows.start(step)


def _add(step: StepContext, model: type[Base], **values: Any) -> str:
    """A row under the plan; its words are kept with the event as the form's own."""
    table: Table = model.__table__  # type: ignore[assignment]
    key: str = values.setdefault("id", new_id())
    row = {"plan_id": step.plan_id, **values}
    step.add_row(table, row)
    step.made.append((table.name, key))
    if model in (Measure, Meeting):  # what these are by codes and days is replayed by the proof
        codes = {name: value for name, value in row.items() if not is_words(table, name)}
        step.codes.setdefault(BROUGHT, {})[key] = codes
    return key


def _add_holders(step: StepContext, plan: schema.FileContent) -> None:
    """Each role has one holder now, and the coordinator there was is remembered."""
    begun = noon_of(
        plan.started_on or (plan.answer.on if plan.answer else plan.reported_on), step.now
    )
    holder = responsible_party(plan)
    _add(
        step,
        Tenure,
        role="responsible",
        party_id=step.plan["responsible_party_id"],
        unit_id=step.plan["responsible_unit_id"],
        from_at=begun if holder else noon_of(plan.reported_on, step.now),
    )
    if plan.coordinator:
        until = None if holder == plan.coordinator else max(begun, _coordinated_until(step, plan))
        _add_tenure(step, "coordinator", plan.coordinator, begun, until)
    for role, who in (("contact", plan.contact), ("acting", plan.acting)):
        if who:
            _add_tenure(step, role, who, begun)


def _coordinated_until(step: StepContext, plan: schema.FileContent) -> datetime:
    """When the coordinator there was laid it down, as far as the file tells."""
    if plan.closed:
        return noon_of(plan.closed.on, step.now)
    denied = plan.answer is not None and not plan.answer.granted
    return noon_of(plan.answer.on, step.now) if plan.answer and denied else step.now


def _add_tenure(
    step: StepContext, role: str, party_id: str, begun: datetime, until: datetime | None = None
) -> None:
    unit_id = references.unit_of(step, party_id)
    _add(step, Tenure, role=role, party_id=party_id, unit_id=unit_id, from_at=begun, until_at=until)


def _add_decisions(step: StepContext, plan: schema.FileContent) -> None:
    """The decision that holds, and the one that ends the plan; their letters stay where they are."""
    answer, ending = plan.answer, plan.ending
    if answer:
        kinds = (("deny", "grant"), ("deny_informal", "retroactive"))
        _add_decision(
            step,
            answer,
            kinds[answer.after_start][answer.granted],
            made_on=answer.made_on or answer.on,
            effective_from=answer.effective_from or answer.on,
            retroactive=answer.after_start,
            why_long=answer.why_long,
            why_coordinated=answer.why_coordinated,
            notified_how=answer.notified_how,
            archive_case=answer.archive_case,
        )
    if ending:
        _add_decision(step, ending, "end", made_on=ending.on, effective_from=ending.on)


def _add_decision(
    step: StepContext, told: schema.FileAnswer | schema.FileEnding, kind: str, **more: Any
) -> None:
    _add(
        step,
        Decision,
        kind=kind,
        regime=told.regime,
        reasons=told.reasons,
        notified_on=told.on,
        appeal_until=letters.appeal_until(step, told.regime, told.on),
        legal_basis=LAW[told.regime],
        **more,
    )


def _add_goal(step: StepContext, number: int, goal: schema.FileGoal) -> str:
    return _add(step, Goal, position=number, **goal.model_dump(exclude={"on"}))


def _add_participant(step: StepContext, one: schema.FileParticipant) -> None:
    """Somebody around the plan; being here opens nothing, that is what a consent does."""
    known = step.conn.execute(
        select(Party.name, Party.phone, Party.organisation).where(Party.id == one.who)
    ).first()
    _add(
        step,
        Participant,
        party_id=one.who,
        name=known.name if known else one.name,
        phone=one.phone or (known.phone if known else ""),
        organisation=one.organisation or (known.organisation if known else ""),
        companion_of=one.companion,
        from_at=noon_of(one.on, step.now),
        left_at=noon_of(one.left_on, step.now) if one.left_on else None,
        leave_code=one.left_how or ("left" if one.left_on else ""),
        leave_reason=one.left_reason,
        **{name: getattr(one, name) for name in AROUND_COLUMNS},
    )


def _add_measures(
    step: StepContext, measures: Sequence[schema.FileMeasure], goals: Sequence[str]
) -> None:
    """The table in its order; one that comes after another is laid after it."""
    keys = [new_id() for _ in measures]
    for number, one in enumerate(measures):
        key = _add(
            step,
            Measure,
            id=keys[number],
            position=number + 1,
            goal_id=goals[one.goal - 1] if one.goal else None,
            after_id=keys[one.after - 1] if one.after else None,
            accountable_id=one.accountable,
            original_due_on=_first_due(one),
            when_occasion=one.due_on is None and one.look_again_on is not None,
            **{name: getattr(one, name) for name in (*MEASURE_COLUMNS, *JUDGED)},
        )
        for helper in one.together_with:
            _add(step, MeasureHelper, measure_id=key, party_id=helper)
        if one.asked_to_take_over and one.asked_on:
            _add_offer(
                step,
                "measure",
                key,
                on=one.asked_on,
                subject_kind="measure",
                from_state="active" if one.completed_on else "decided",
                to_party_id=one.asked_to_take_over,
            )


def _first_due(one: schema.FileMeasure) -> date | None:
    return one.original_due_on or one.due_on or (one.look_again_on if one.agreed_on else None)


def _add_meeting(step: StepContext, one: schema.FileMeeting) -> None:
    at = noon_of(one.called_on, step.now) if one.called_on else None
    came = set(one.came)
    present = "" if one.held_on is None else "yes" if step.plan["person_id"] in came else "no"
    key = _add(
        step,
        Meeting,
        chair_id=one.chair,
        minute_taker_id=one.minute_taker,
        called_at=at,
        person_present=present,
        starts_at=one.starts_at,
        **{name: getattr(one, name) for name in MEETING_COLUMNS},
    )
    for who in one.invited:
        was_there = "" if one.held_on is None else "yes" if who in came else "no"
        called = at or noon_of(one.on, step.now)
        _add(step, MeetingParty, meeting_id=key, party_id=who, came=was_there, called_at=called)


def _add_consents(step: StepContext, form: check.PlanAsItStood) -> None:
    """The person's yes where the file says that it was given; nobody's is taken for granted."""
    plan = form.plan
    over = noon_of(plan.closed.on, step.now) if plan.closed else None
    if plan.consent:
        _add_consent(
            step, None, plan.consent, noon_of(plan.reported_on, step.now), withdrawn_at=over
        )
    until = {one.who: at_oslo(one.until) for one in plan.shares_until}
    chosen = {one.who: one.parts for one in plan.shares_parts}
    for who in plan.shares_with:
        scopes: Iterable[str] = chosen.get(who) or FIRST_SHARED[_taken_for(form, who)]
        _add_consent(
            step,
            who,
            BROUGHT,
            step.now,
            scopes=to_stored(scopes),
            until_at=until.get(who),
            last_discussed_on=plan.review.on if plan.review else None,
            withdrawn_at=over,
        )


def _taken_for(form: check.PlanAsItStood, who: str) -> str:
    """What somebody is first offered hangs on what they are here."""
    if who == responsible_party(form.plan) == form.plan.coordinator:
        return "coordinator"
    here = [one.kind for one in form.participants if one.who == who and not one.left_on]
    return here[-1] if here else "professional"


def _add_consent(
    step: StepContext, receiver_id: str | None, source: str, from_at: datetime, **more: Any
) -> None:
    _add(
        step,
        Consent,
        giver_id=step.plan["person_id"],
        receiver_id=receiver_id,
        scope="plan",
        source=source,
        from_at=from_at,
        recorded_by=step.actor.party_id,
        **more,
    )


def _add_rest(step: StepContext, plan: schema.FileContent) -> None:
    """A pause, a question that waits, who took over, and notes on health."""
    if plan.pause:
        _add(step, Pause, **plan.pause.model_dump())
    if plan.offer:
        _add_plan_offer(step, plan, plan.offer)
    if plan.closed and plan.closed.to:
        kind = "authority" if plan.closed.why == "forwarded" else "transfer"
        _add_offer(
            step,
            kind,
            step.plan_id,
            from_state=state_before_offer(plan, kind),
            on=plan.closed.on,
            to_name=plan.closed.to,
            outcome="accepted",
        )
    for note in plan.health:
        _add(step, HealthNote, words=note.words, written_at=noon_of(note.on, step.now))


def _add_plan_offer(step: StepContext, plan: schema.FileContent, one: schema.FileOffer) -> None:
    """The question of the plan itself that waits for an answer."""
    unit_id = find_unit(step, one.to_unit) if one.to_unit else None
    name = select(Party.name).where(Party.id == one.to)
    to_name = step.conn.execute(name).scalar() if one.to else one.to_unit or one.to_name
    _add_offer(
        step,
        one.kind,
        step.plan_id,
        from_state=state_before_offer(plan, one.kind),
        on=one.on,
        to_party_id=one.to,
        to_unit_id=unit_id,
        to_name=to_name or "",
        discharge_on=one.discharge_on,
        first_appointment=one.first_appointment,
        gaps=one.gaps,
    )


def _add_offer(step: StepContext, kind: str, subject_id: str, *, on: date, **to: Any) -> None:
    """Sent on the day the file says; the answer is due as many days later as anybody has."""
    sent = noon_of(on, step.now)
    ends = sent + timedelta(days=offers.answer_days(step, kind))
    _add(
        step,
        Offer,
        kind=kind,
        subject_id=subject_id,
        sent_at=sent,
        expires_at=ends,
        **{"subject_kind": "plan", "from_party_id": None, **to},
    )
