"""Hand-overs across the border to another municipality, and the messages that carry them.

`crossing` is what this municipality knows of a hand-over, as its sender or its receiver; `outbox` and
`inbox` make each message leave at least once and count once.
"""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import Boolean, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.record.models.base import (
    KEY,
    Base,
    Code,
    Instant,
    Key,
    OptionalInstant,
    OptionalKey,
    OptionalParty,
    OptionalUnit,
    PrimaryKey,
    WithSalt,
    Words,
)

OPEN_AT_SENDER = text("side = 'sender' AND state = 'offered'")
WAITING = text("state = 'waiting'")
NOT_APPLIED = text("state <> 'applied'")
NeighbourCode = Annotated[str, mapped_column(String(4))]


class Neighbour(WithSalt, Base):
    """Another municipality that a plan may be handed to; written by jobs from the registry."""

    __tablename__ = "neighbour"
    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(20), default="")
    address: Mapped[str] = mapped_column(String(200), default="")  # of its pages
    public_key: Mapped[str] = mapped_column(String(100))
    courier: Mapped[Code]  # here: in the same installation
    added_at: Mapped[Instant]
    until_at: Mapped[OptionalInstant]


class Crossing(WithSalt, Base):
    """One hand-over as one side knows it: what was asked, who answered, and how it ended.

    side: sender, receiver. state: offered, accepted, refused, lapsed, released. plan_id is the old
    plan at the sender and the new one at the receiver. The summary is empty once nothing came of it.
    """

    __tablename__ = "crossing"
    __table_args__ = (
        Index(
            "uq_crossing_open",
            "plan_id",
            unique=True,
            postgresql_where=OPEN_AT_SENDER,
            sqlite_where=OPEN_AT_SENDER,
        ),
        Index(None, "side", "state"),
        Index(None, "plan_id"),
    )
    id: Mapped[PrimaryKey]
    side: Mapped[Code]
    neighbour_code: Mapped[NeighbourCode]
    state: Mapped[Code]
    version: Mapped[int] = mapped_column(Integer, default=1)
    plan_id: Mapped[OptionalKey]
    offer_id: Mapped[OptionalKey]
    unit_id: Mapped[OptionalUnit]
    summary: Mapped[Words]
    summary_digest: Mapped[str] = mapped_column(String(64), default="")
    expires_at: Mapped[OptionalInstant]
    offered_at: Mapped[OptionalInstant]
    answered_at: Mapped[OptionalInstant]
    answered_by: Mapped[OptionalParty]
    ended_at: Mapped[OptionalInstant]
    released_at: Mapped[OptionalInstant]
    received_at: Mapped[OptionalInstant]  # the receiver's word that its plan runs
    received_number: Mapped[str] = mapped_column(String(12), default="")
    why: Mapped[Code]  # withdrawn, expired, closed, consent, silent
    reason: Mapped[Words]
    residence_disputed: Mapped[bool] = mapped_column(Boolean, default=False)
    rests_on_old: Mapped[bool] = mapped_column(Boolean, default=False)
    coordinator_id: Mapped[OptionalParty]
    said_yes: Mapped[bool] = mapped_column(Boolean, default=False)  # the coordinator, when named
    coordinator_name: Mapped[str] = mapped_column(String(200), default="")
    coordinator_phone: Mapped[str] = mapped_column(String(20), default="")
    unit_name: Mapped[str] = mapped_column(String(200), default="")
    national_id_hmac: Mapped[str] = mapped_column(String(64), default="")
    no_national_id: Mapped[bool] = mapped_column(Boolean, default=False)
    package_sha256: Mapped[str] = mapped_column(String(64), default="")
    reminded_at: Mapped[OptionalInstant]  # when those who must answer were last reminded


class Outbox(Base):
    """A message to a neighbour, unsigned; state waiting, delivered, dropped."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "next_try_at", postgresql_where=WAITING, sqlite_where=WAITING),
        # Said again it is the same message under the same id, which the other side knows.
        Index("uq_outbox_said", "crossing_id", "kind", unique=True),
    )
    id: Mapped[PrimaryKey]
    crossing_id: Mapped[Key]
    neighbour_code: Mapped[NeighbourCode]
    kind: Mapped[Code]  # offer, acceptance, refusal, release, lapse, receipt, forgotten
    text: Mapped[str | None] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[Instant]
    state: Mapped[Code]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_try_at: Mapped[Instant]
    delivered_at: Mapped[OptionalInstant]
    failure: Mapped[Code]


class Inbox(Base):
    """A message that a neighbour signed for us; state waiting, applied, puzzling."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index(
            "ix_inbox_due", "next_try_at", postgresql_where=NOT_APPLIED, sqlite_where=NOT_APPLIED
        ),
        Index(None, "crossing_id"),
    )
    # The id alone would let one neighbour take the place of another's message.
    neighbour_code: Mapped[str] = mapped_column(String(4), primary_key=True)
    id: Mapped[str] = mapped_column(KEY, primary_key=True)
    crossing_id: Mapped[Key]
    kind: Mapped[Code]
    begun: Mapped[int] = mapped_column(Integer, default=0)  # tries in a row that never ended
    raw: Mapped[bytes | None] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    arrived_at: Mapped[Instant]
    applied_at: Mapped[OptionalInstant]
    state: Mapped[Code]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_try_at: Mapped[Instant]
    failure: Mapped[Code]
