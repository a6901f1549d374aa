"""The parts that stand under a plan, each shape with its columns, read in one statement."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, func, join, or_, select
from sqlalchemy.orm import Session, aliased

from workflow.record.in_force import allows, is_held, represents
from workflow.record.models import (
    Complaint,
    Consent,
    DataRequest,
    Deadline,
    Decision,
    Event,
    EventBody,
    Goal,
    HealthNote,
    MeasureHelper,
    Meeting,
    MeetingParty,
    MunicipalityRow,
    Offer,
    Participant,
    Plan,
    Representation,
    SubPlan,
    Tenure,
    Unit,
    Wish,
)
from workflow.record.models.base import KEY, UtcDateTime
from workflow.record.models.plan import OPEN_PLAN
from workflow.record.plan.part_columns import GATHERED, ParsedColumn, PartsQuery, PlanPart
from workflow.record.shapes.plan import (
    AttemptView,
    CalledView,
    ComplaintView,
    DataRequestView,
    DeadlineView,
    DecisionView,
    EventView,
    GoalView,
    HealthNoteView,
    HelperView,
    LastStepView,
    MeetingView,
    MunicipalityView,
    OfferView,
    OtherPlanView,
    ParticipantView,
    PlanParts,
    RepresentativeView,
    Sharing,
    SubPlanView,
    TenureView,
    UnitView,
    WishView,
)
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.engine.vocabulary import COMPLAINT_WAITS
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import scopes_of

PLAN = bindparam("plan_id", type_=KEY)
NOW = bindparam("now", type_=UtcDateTime())
EVENTS = bindparam("events", type_=Integer())
MEETINGS_SHOWN = 20
ATTEMPT = PlanStep.TRIED_TO_REACH


def event_text(stored: str) -> Mapping[str, Any]:
    """An event's hashed content: codes and ids."""
    text: Mapping[str, Any] = json.loads(stored)
    return text


def event_words(stored: str | None) -> Mapping[str, str]:
    """What people wrote in an event; nothing where it was erased or nobody wrote."""
    words: Mapping[str, str] = json.loads(stored) if stored else {}
    return words


def day_told(stored: str) -> date:
    """The day a step is told of: for a plan from a file not the day it was recorded."""
    text = event_text(stored)
    return oslo_date(datetime.fromisoformat(text.get("told_at") or text["at"]))


def _under(model: Any) -> ColumnElement[bool]:
    """Rows of this plan."""
    own: ColumnElement[bool] = model.plan_id == PLAN
    return own


LAST_MEETINGS = (
    select(Meeting.id)
    .where(_under(Meeting))
    .order_by(Meeting.starts_at.desc())
    .limit(MEETINGS_SHOWN)
)
LAST_EVENTS = select(Event).where(_under(Event)).order_by(Event.seq.desc()).limit(EVENTS).subquery()
LAST_STEPS = select(func.max(Event.seq)).where(_under(Event)).group_by(Event.subject_id)
THIS = aliased(Plan)  # other plans are read beside it
PERSON = select(THIS.person_id).where(THIS.id == PLAN).scalar_subquery()
OWN_UNIT = or_(
    Unit.id == Plan.unit_id, Unit.id == Plan.service_unit_id, Unit.id == Plan.responsible_unit_id
)
PARTS = PartsQuery(
    (
        PlanPart(
            GoalView,
            id=Goal.id,
            status=Goal.status,
            own_words=Goal.own_words,
            clarified=Goal.clarified,
            condition=Goal.condition,
            position=Goal.position,
            version=Goal.version,
        ).where(_under(Goal)),
        PlanPart(
            ParticipantView,
            id=Participant.id,
            party_id=Participant.party_id,
            kind=Participant.kind,
            level=Participant.level,
            leave_code=Participant.leave_code,
            companion_of=Participant.companion_of,
            name=Participant.name,
            role=Participant.role,
            organisation=Participant.organisation,
            phone=Participant.phone,
            can_do=Participant.can_do,
            from_at=Participant.from_at,
            left_at=Participant.left_at,
            version=Participant.version,
        ).where(_under(Participant)),
        PlanPart(
            TenureView,
            role=Tenure.role,
            party_id=Tenure.party_id,
            unit_id=Tenure.unit_id,
            from_at=Tenure.from_at,
        ).where(_under(Tenure), is_held(Tenure)),
        PlanPart(
            Sharing,
            id=Consent.id,
            receiver_id=Consent.receiver_id,
            source=Consent.source,
            last_discussed_on=Consent.last_discussed_on,
            discuss_again_on=Consent.discuss_again_on,
            from_at=Consent.from_at,
            until_at=Consent.until_at,
            scopes=ParsedColumn(Consent.scopes, scopes_of),
            given_as=Consent.given_as,
            document_id=Consent.document_id,
            kept_from_parents=Consent.kept_from_parents,
            recorded_by=Consent.recorded_by,
        ).where(_under(Consent), allows(Consent, NOW)),
        PlanPart(
            HealthNoteView,
            id=HealthNote.id,
            written_by=HealthNote.written_by,
            words=HealthNote.words,
            written_at=HealthNote.written_at,
        ).where(_under(HealthNote), HealthNote.ended_at.is_(None)),
        PlanPart(
            HelperView, measure_id=MeasureHelper.measure_id, party_id=MeasureHelper.party_id
        ).where(_under(MeasureHelper)),
        PlanPart(
            OfferView,
            id=Offer.id,
            kind=Offer.kind,
            subject_id=Offer.subject_id,
            to_party_id=Offer.to_party_id,
            to_unit_id=Offer.to_unit_id,
            from_state=Offer.from_state,
            from_party_id=Offer.from_party_id,
            to_code=Offer.to_code,
            to_name=Offer.to_name,
            first_appointment=Offer.first_appointment,
            gaps=Offer.gaps,
            asked_because=Offer.asked_because,
            asked_step=Offer.asked_step,
            asked_form=Offer.asked_form,
            discharge_on=Offer.discharge_on,
            sent_at=Offer.sent_at,
            expires_at=Offer.expires_at,
        ).where(_under(Offer), Offer.outcome == ""),
        PlanPart(
            DeadlineView,
            id=Deadline.id,
            code=Deadline.code,
            basis=Deadline.basis,
            subject_kind=Deadline.subject_kind,
            subject_id=Deadline.subject_id,
            state=Deadline.state,
            source=Deadline.source,
            due_at=Deadline.due_at,
        ).where(_under(Deadline), or_(Deadline.state == "open", Deadline.state == "paused")),
        PlanPart(
            WishView,
            id=Wish.id,
            kind=Wish.kind,
            step=Wish.step,
            subject_id=Wish.subject_id,
            from_party_id=Wish.from_party_id,
            to_party_id=Wish.to_party_id,
            words=Wish.words,
            sent_at=Wish.sent_at,
            longer_at=Wish.longer_at,
        ).where(_under(Wish), Wish.answered_at.is_(None)),
        PlanPart(
            MeetingView,
            id=Meeting.id,
            kind=Meeting.kind,
            state=Meeting.state,
            chair_id=Meeting.chair_id,
            minute_taker_id=Meeting.minute_taker_id,
            person_present=Meeting.person_present,
            place=Meeting.place,
            agenda=Meeting.agenda,
            written_view=Meeting.written_view,
            support_person=Meeting.support_person,
            minutes=Meeting.minutes,
            held_on=Meeting.held_on,
            starts_at=Meeting.starts_at,
            called_at=Meeting.called_at,
            version=Meeting.version,
            called=GATHERED,
        ).where(Meeting.id.in_(LAST_MEETINGS)),
        PlanPart(
            CalledView,
            meeting_id=MeetingParty.meeting_id,
            party_id=MeetingParty.party_id,
            reply=MeetingParty.reply,
            came=MeetingParty.came,
            reason=MeetingParty.reason,
            stand_in=MeetingParty.stand_in,
        ).where(_under(MeetingParty)),
        PlanPart(
            EventView,
            id=LAST_EVENTS.c.id,
            seq=LAST_EVENTS.c.seq,
            step_name=LAST_EVENTS.c.step_name,
            subject_id=LAST_EVENTS.c.subject_id,
            actor_id=LAST_EVENTS.c.actor_id,
            at=LAST_EVENTS.c.recorded_at,
            text=ParsedColumn(LAST_EVENTS.c.text, event_text),
            words=ParsedColumn(EventBody.words, event_words),
        ).select_from(LAST_EVENTS.outerjoin(EventBody, EventBody.event_id == LAST_EVENTS.c.id)),
        PlanPart(
            AttemptView, id=Event.id, seq=Event.seq, told_on=ParsedColumn(Event.text, day_told)
        ).where(_under(Event), Event.step_name == ATTEMPT),
        PlanPart(
            DecisionView,
            id=Decision.id,
            kind=Decision.kind,
            regime=Decision.regime,
            made_by=Decision.made_by,
            notified_how=Decision.notified_how,
            document_id=Decision.document_id,
            reasons=Decision.reasons,
            archive_case=Decision.archive_case,
            made_on=Decision.made_on,
            effective_from=Decision.effective_from,
            appeal_until=Decision.appeal_until,
            retroactive=Decision.retroactive,
        ).where(_under(Decision)),
        PlanPart(
            ComplaintView,
            id=Complaint.id,
            about=Complaint.about,
            words=Complaint.words,
            received_on=Complaint.received_on,
            outcome=Complaint.outcome,
        ).where(_under(Complaint), or_(*(Complaint.outcome == one for one in COMPLAINT_WAITS))),
        PlanPart(
            SubPlanView,
            id=SubPlan.id,
            title=SubPlan.title,
            owner_system=SubPlan.owner_system,
            link=SubPlan.link,
            responsible=SubPlan.responsible,
            review_on=SubPlan.review_on,
        ).where(_under(SubPlan)),
        PlanPart(
            RepresentativeView,
            id=Representation.id,
            party_id=Representation.representative_id,
            ground=Representation.ground,
            acts=Representation.acts,
            from_at=Representation.from_at,
        ).where(Representation.person_id == PERSON, represents(Representation, NOW)),
        PlanPart(
            LastStepView,
            id=Event.id,
            step_name=Event.step_name,
            subject_id=Event.subject_id,
            actor_id=Event.actor_id,
            at=Event.recorded_at,
            text=ParsedColumn(Event.text, event_text),
        ).where(_under(Event), Event.seq.in_(LAST_STEPS)),
        PlanPart(DataRequestView, id=DataRequest.id, longer_at=DataRequest.longer_at).where(
            _under(DataRequest), DataRequest.kind != "export", DataRequest.answered_at.is_(None)
        ),
        PlanPart(OtherPlanView)
        .select_from(Plan)
        .where(Plan.person_id == PERSON, OPEN_PLAN, Plan.id != PLAN),
        PlanPart(UnitView, id=Unit.id, kind=Unit.kind, name=Unit.name, phone=Unit.phone)
        .select_from(join(Unit, Plan, OWN_UNIT))
        .where(Plan.id == PLAN),
        PlanPart(
            MunicipalityView,
            number=MunicipalityRow.number,
            decision_model=MunicipalityRow.decision_model,
            name=MunicipalityRow.name,
            phone=MunicipalityRow.phone,
        ),
    )
)


def read_parts(session: Session, plan_id: str, now: datetime, events: int) -> PlanParts:
    """Everything that stands under a plan at an instant, with the last `events` of its history."""
    return PARTS.read(session.connection(), {"plan_id": plan_id, "now": now, "events": events})
