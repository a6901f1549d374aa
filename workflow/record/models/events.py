"""Events with erasable bodies, erasures, and the access rows with their seals: what is only ever added to."""

from __future__ import annotations

from sqlalchemy import Boolean, Index, Integer, String, Text
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
    PlanKey,
    PrimaryKey,
    Words,
)


class Event(Base):
    """One change under a plan. `text` is the canonical JSON that the chained hash covers."""

    __tablename__ = "event"
    # A chain has no fork: of two events that follow the same one the second fails.
    __table_args__ = (Index("uq_event_plan_seq", "plan_id", "seq", unique=True),)
    id: Mapped[PrimaryKey]
    plan_id: Mapped[PlanKey]
    seq: Mapped[int] = mapped_column(Integer)
    step_name: Mapped[Code]
    subject_id: Mapped[Key]
    actor_id: Mapped[OptionalKey]
    recorded_at: Mapped[Instant]
    text: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))


class EventBody(Base):
    """The words of an event, salted into its digest and erasable on their own."""

    __tablename__ = "event_body"
    event_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    plan_id: Mapped[PlanKey]
    salt: Mapped[str] = mapped_column(String(32))
    words: Mapped[str] = mapped_column(Text)


class MunicipalEvent(Base):
    """One link of the municipality's own chain: the digests of rows outside of plans, as one commit left them."""

    __tablename__ = "municipal_event"
    __table_args__ = (Index(None, "seq", unique=True), Index(None, "plan_id"))
    id: Mapped[PrimaryKey]
    seq: Mapped[int] = mapped_column(Integer)
    plan_id: Mapped[OptionalKey]  # where it tells of rows under a plan, written outside of a step
    text: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))


class SignedHead(Base):
    """What one night's record rests on, signed: to be kept elsewhere, and proved against later.

    `text` is canonical JSON; root covers every `head_leaf` until then. Signature and key are base64,
    empty where the installation has no key.
    """

    __tablename__ = "signed_head"
    __table_args__ = (Index(None, "seq", unique=True),)
    id: Mapped[PrimaryKey]
    seq: Mapped[int] = mapped_column(Integer)
    at: Mapped[Instant]
    root: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(String(60), default="")
    signature: Mapped[str] = mapped_column(String(120), default="")
    mailed_at: Mapped[OptionalInstant]


class HeadLeaf(Base):
    """The end of one plan's chain in the night when it was first seen there."""

    __tablename__ = "head_leaf"
    __table_args__ = (Index(None, "head_seq"),)
    # No key to the plan: what is left when a plan is gone as a whole is what tells of it.
    plan_id: Mapped[str] = mapped_column(KEY, primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(64))
    head_seq: Mapped[int] = mapped_column(Integer)


class Erasure(Base):
    """The receipt that lets words or events be erased: reason, basis and two people."""

    __tablename__ = "erasure"
    __table_args__ = (Index(None, "plan_id"),)
    id: Mapped[PrimaryKey]
    plan_id: Mapped[Key]
    event_id: Mapped[OptionalKey]  # empty: every body of the plan
    reason: Mapped[Words]
    basis: Mapped[Code]
    asked_by: Mapped[OptionalParty]
    confirmed_by: Mapped[OptionalParty]
    from_seq: Mapped[int] = mapped_column(Integer, default=0)
    until_seq: Mapped[int] = mapped_column(Integer, default=0)
    receipt: Mapped[str] = mapped_column(String(64), default="")
    erased_at: Mapped[Instant]


class Access(Base):
    """One look at a plan, or at a list of plans: who, what, on what ground, when (pjl § 22)."""

    __tablename__ = "access"
    __table_args__ = (
        Index(None, "plan_id", "at"),
        Index("ix_access_seal", "at"),
    )
    id: Mapped[PrimaryKey]
    plan_id: Mapped[OptionalKey]
    party_id: Mapped[OptionalKey]
    unit_id: Mapped[OptionalKey]
    act: Mapped[Code]
    ground: Mapped[Code]
    substitute_for: Mapped[OptionalKey]
    refused: Mapped[bool] = mapped_column(Boolean, default=False)
    reason: Mapped[Code]  # why, where a reason is asked: emergency access, a protected address
    plan_ids: Mapped[Words]  # for lists: the plans shown, comma between
    crossing_id: Mapped[OptionalKey]  # a summary from another municipality, which has no plan here
    elsewhere: Mapped[str] = mapped_column(String(400), default="")  # who looked, at a neighbour's
    seen_at: Mapped[OptionalInstant]  # when that was; `at` is when we were told
    at: Mapped[Instant]


class AccessSeal(Base):
    """The chained digest of one closed hour of access rows."""

    __tablename__ = "access_seal"
    __table_args__ = (Index(None, "hour", unique=True),)
    id: Mapped[PrimaryKey]
    hour: Mapped[Instant]
    rows: Mapped[int] = mapped_column(Integer)
    hash: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[Instant]
