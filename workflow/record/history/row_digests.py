"""What stands in a row as one salted digest, which tables a chain covers by it, and which it does not.

A chain holds the digest of each row after each change, so a row that somebody changed beside the program
no longer fits what was said of it last. The digest tells nothing by itself: its salt lies with the row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from sqlalchemy import Boolean, Integer, LargeBinary, RowMapping, Table
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from workflow.record import models
from workflow.record.history.hash_chain import SALT, Columns, digest_bytes, to_flag, to_whole
from workflow.record.models import Base

AnyRow = Mapping[str, Any] | RowMapping
TABLES: Mapping[str, Table] = Base.metadata.tables
GONE = ""  # the digest of a row that was deleted

# Changed by steps, so the plan's own event says what they are afterwards.
UNDER_PLAN: tuple[Table, ...] = tuple(
    cast(Table, model.__table__)
    for model in (
        models.Plan,
        models.Tenure,
        models.Participant,
        models.Consent,
        models.Agreement,
        models.Goal,
        models.SubPlan,
        models.Measure,
        models.MeasureHelper,
        models.Meeting,
        models.MeetingParty,
        models.Offer,
        models.Decision,
        models.Complaint,
        models.Pause,
        models.Wish,
        models.Document,
        models.HealthNote,
    )
)
# Changed outside of steps too: the municipality's own chain says what they are afterwards.
OF_MUNICIPALITY: tuple[Table, ...] = tuple(
    cast(Table, model.__table__)
    for model in (
        models.MunicipalityRow,
        models.Unit,
        models.Party,
        models.StaffRole,
        models.Absence,
        models.Representation,
        models.HomeAddress,
        models.Correction,
        models.Invitation,
        models.Credential,
        models.Identity,
        models.Authenticator,
        models.ClosingDay,
        models.DeadlinePolicy,
        models.Webhook,
        models.Neighbour,
        models.Crossing,
        models.DataRequest,
        models.EmergencyAccess,
        models.LogReview,
        models.LogFinding,
        models.Erasure,
        models.AccessSeal,
        models.SignedHead,
    )
)
# Whole tables that no digest covers. Nothing here gives anybody a role, a consent or an account.
EXCEPTED: Mapping[str, str] = {
    "event": "a link of its plan's chain: the hash covers its text, and its columns repeat the text",
    "event_body": "the words of an event, covered by the salted digest in the event's text",
    "municipal_event": "a link of the municipality's chain",
    "head_leaf": "covered by the root of a signed head",
    "access": "covered by the seal of its hour",
    "deadline": "counted from rows that are covered, and counted anew when a policy changes",
    "ladder_step": "a mark of the sweep: when a reminder falls due, and that it was written",
    "notice": "says that somebody was told, and was read; what it tells of stands in the event",
    "delivery": "how far a notice has come on its way",
    "message": "how far a mail or a text message has come on its way",
    "sign_in": "a session: it changes at each page and opens nothing that its account may not",
    "spent_token": "counts what was used once, for as long as it could be used again",
    "failed_try": "counts failed sign-ins of the last day",
    "heartbeat": "when a part of the machinery last did its work",
    "outbox": "a message on its way to a neighbour; the hand-over itself is covered",
    "inbox": "a message of a neighbour, signed by it; what came of it is covered",
}
# Columns of covered tables that no digest covers, and why that loses nothing.
APART: Mapping[str, str] = {
    "plan.version": "the number of the plan's last event, which verify counts",
    "plan.head": "the end of the plan's chain, which verify counts",
    "plan.last_activity_at": "the instant of the last event that counts as activity, as it says itself",
    "municipality.chain_seq": "the number of the municipality's last link, which verify counts",
    "municipality.chain_head": "the end of the municipality's chain, which verify counts",
    "authenticator.counter": "the last code that was used; it moves at each sign-in",
    "authenticator.used_at": "when it was last used; it moves at each sign-in",
    "signed_head.mailed_at": "when it was mailed; the head itself does not change by it",
    "identity.used_at": "when it was last used; it moves at each sign-in",
}
IN_EVENTS = frozenset(table.name for table in UNDER_PLAN)


def _reader(column: Any) -> Callable[[Any], Any] | None:
    """How a value is brought to one form, whether it comes from a step or from the database."""
    kinds: tuple[tuple[type, Callable[[Any], Any]], ...] = (
        (Boolean, to_flag),
        (Integer, to_whole),
        (LargeBinary, digest_bytes),
    )
    return next((read for kind, read in kinds if isinstance(column.type, kind)), None)


COLUMNS: Mapping[str, Columns] = {
    table.name: tuple(
        (column.name, _reader(column))
        for column in sorted(table.c, key=lambda one: one.name)
        if column.name != SALT and f"{table.name}.{column.name}" not in APART
    )
    for table in (*UNDER_PLAN, *OF_MUNICIPALITY)
}
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    table.name: {
        column.name: cast(ScalarElementColumnDefault, column.default).arg
        for column in table.c
        if column.default is not None and column.default.is_scalar
    }
    for table in UNDER_PLAN
}
