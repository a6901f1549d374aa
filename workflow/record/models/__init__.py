"""Every table of the record, gathered for migrations and for web's adoption of the base."""

from workflow.record.models.base import Base, NaiveTime, new_id
from workflow.record.models.case import Complaint, Decision, Document, Offer, Pause, Wish
from workflow.record.models.deadline import (
    Deadline,
    Delivery,
    Heartbeat,
    LadderStep,
    Message,
    Notice,
)
from workflow.record.models.measure import Measure, MeasureHelper, Meeting, MeetingParty
from workflow.record.models.people import (
    Absence,
    ClosingDay,
    Credential,
    Invitation,
    MunicipalityRow,
    Party,
    Representation,
    SignIn,
    StaffRole,
    Unit,
)
from workflow.record.models.plan import (
    Agreement,
    Consent,
    Goal,
    Participant,
    Plan,
    SubPlan,
    Tenure,
)
from workflow.record.models.policy import DeadlinePolicy, Webhook
from workflow.record.models.trace import Access, AccessSeal, Erasure, Event, EventBody

__all__ = [
    "Absence",
    "Access",
    "AccessSeal",
    "Agreement",
    "Base",
    "ClosingDay",
    "Complaint",
    "Consent",
    "Credential",
    "Deadline",
    "DeadlinePolicy",
    "Decision",
    "Delivery",
    "Document",
    "Erasure",
    "Event",
    "EventBody",
    "Goal",
    "Heartbeat",
    "Invitation",
    "LadderStep",
    "Measure",
    "MeasureHelper",
    "Meeting",
    "MeetingParty",
    "Message",
    "MunicipalityRow",
    "NaiveTime",
    "Notice",
    "Offer",
    "Participant",
    "Party",
    "Pause",
    "Plan",
    "Representation",
    "SignIn",
    "StaffRole",
    "SubPlan",
    "Tenure",
    "Unit",
    "Webhook",
    "Wish",
    "new_id",
]
