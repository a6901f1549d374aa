"""The plan row, and what hangs on it directly: tenures, consents, participants, goals."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.record.models.base import (
    KEY,
    Base,
    Code,
    Instant,
    OptionalInstant,
    OptionalKey,
    OptionalParty,
    OptionalUnit,
    PlanKey,
    PrimaryKey,
    WithSalt,
    Words,
)

OPEN_PLAN = text("state <> 'closed' AND person_id IS NOT NULL AND shadow = 0")
OPEN_TENURE = text("until_at IS NULL")


class Plan(WithSalt, Base):
    """One individual plan: what lists and guards read. `version` = seq of its last event.

    `row_version` moves only when the plan's own row is edited (forms carry it);
    `version` and `head` move with every event under the plan. Two counts, so that a step on a
    measure does not outdate an open form of the plan.
    """

    __tablename__ = "plan"
    __table_args__ = (
        Index("uq_plan_number", "number", unique=True),
        Index(
            # Two reports of one person at the same moment both see no plan; here the second fails.
            "uq_plan_open_person",
            "person_id",
            unique=True,
            postgresql_where=OPEN_PLAN,
            sqlite_where=OPEN_PLAN,
        ),
        Index(None, "state", "last_activity_at"),
        Index(None, "unit_id", "state"),
        Index(None, "responsible_party_id", "state"),
    )
    id: Mapped[PrimaryKey]
    number: Mapped[str] = mapped_column(String(12))
    state: Mapped[Code]
    outcome: Mapped[Code]  # '', granted, denied
    close_reason: Mapped[Code]
    closed_at: Mapped[OptionalInstant]
    subject_kind: Mapped[Code]  # person, problem
    person_id: Mapped[OptionalParty]
    problem: Mapped[Words]
    shadow: Mapped[int] = mapped_column(Integer, default=0)  # 1: a second report, CU sees it only
    duplicate_of: Mapped[OptionalKey]
    origin: Mapped[Code]  # need, incoming
    source_name: Mapped[str] = mapped_column(String(200), default="")
    predecessor_id: Mapped[OptionalKey]
    unit_id: Mapped[str] = mapped_column(KEY, ForeignKey("unit.id"))  # receives or decides
    service_unit_id: Mapped[OptionalUnit]  # the coordinator's unit once there is one
    responsible_unit_id: Mapped[str] = mapped_column(KEY, ForeignKey("unit.id"))
    responsible_party_id: Mapped[OptionalParty]
    reporter_id: Mapped[OptionalParty]
    reported_at: Mapped[Instant]
    person_knows: Mapped[Code]  # yes, no
    reach_person: Mapped[Words]
    wish_coordinator: Mapped[Words]
    wish_asked_at: Mapped[OptionalInstant]
    informal: Mapped[bool] = mapped_column(Boolean, default=False)
    retroactive: Mapped[bool] = mapped_column(Boolean, default=False)
    started_on: Mapped[date | None] = mapped_column(Date)
    effective_from: Mapped[date | None] = mapped_column(Date)
    paused_until: Mapped[date | None] = mapped_column(Date)
    resting: Mapped[Code]  # '', stopped, out_of_contact
    rested_at: Mapped[OptionalInstant]
    frozen: Mapped[bool] = mapped_column(Boolean, default=False)  # a complaint is open
    ends_on: Mapped[date | None] = mapped_column(Date)
    most_important: Mapped[Words]
    limits: Mapped[Words]
    service_aim: Mapped[Words]
    ground_rules: Mapped[Words]
    pen_holder: Mapped[Code]  # coordinator, person
    next_review_on: Mapped[date | None] = mapped_column(Date)
    reviewed_on: Mapped[date | None] = mapped_column(Date)
    last_activity_at: Mapped[Instant]
    transition_on: Mapped[date | None] = mapped_column(Date)
    transition_kind: Mapped[Code]
    created_at: Mapped[Instant]
    row_version: Mapped[int] = mapped_column(Integer, default=1)
    version: Mapped[int] = mapped_column(Integer, default=0)
    head: Mapped[str] = mapped_column(String(64), default="")


class Tenure(WithSalt, Base):
    """Who held a role on the plan from when to when; one open row per plan and role.

    role: responsible, coordinator, acting, contact.
    """

    __tablename__ = "tenure"
    __table_args__ = (
        Index(
            # At every instant one responsible: of two appointments at once one is retried.
            "uq_tenure_open",
            "plan_id",
            "role",
            unique=True,
            postgresql_where=OPEN_TENURE,
            sqlite_where=OPEN_TENURE,
        ),
        Index(None, "party_id", "until_at"),
    )
    id: Mapped[PrimaryKey]
    plan_id: Mapped[PlanKey]
    role: Mapped[Code]
    party_id: Mapped[OptionalParty]
    unit_id: Mapped[OptionalUnit]
    from_at: Mapped[Instant]
    until_at: Mapped[OptionalInstant]


class Participant(WithSalt, Base):
    """A person around the plan: kind professional, relative, volunteer, user_organisation."""

    __tablename__ = "participant"
    __table_args__ = (
        Index(None, "plan_id"),
        Index(None, "party_id", "left_at"),
    )
    id: Mapped[PrimaryKey]
    plan_id: Mapped[PlanKey]
    party_id: Mapped[OptionalParty]
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[Code]
    role: Mapped[str] = mapped_column(String(120), default="")
    organisation: Mapped[str] = mapped_column(String(120), default="")
    level: Mapped[Code]  # municipal, specialist, state, voluntary, private
    phone: Mapped[str] = mapped_column(String(20), default="")
    can_do: Mapped[Words]
    companion_of: Mapped[OptionalKey]  # a volunteer's companion in the activity (need 0.10)
    from_at: Mapped[Instant]
    left_at: Mapped[OptionalInstant]
    leave_code: Mapped[Code]  # left, phased_out
    leave_reason: Mapped[Words]
    version: Mapped[int] = mapped_column(Integer, default=1)


class Consent(WithSalt, Base):
    """The person lets one receiver (or, receiver empty, the plan itself) share; ends at once.

    scopes: the codes of rules.scopes with a blank between, '' means everything (the plan itself).
    given_as: person, parent, both_parents, guardian, power. document_id: the signed copy.
    kept_from_parents: given by a child of 12 to 15 who asked that the parents are not told.
    """

    __tablename__ = "consent"
    __table_args__ = (Index(None, "plan_id", "receiver_id"),)
    id: Mapped[PrimaryKey]
    plan_id: Mapped[PlanKey]
    giver_id: Mapped[OptionalParty]
    receiver_id: Mapped[OptionalParty]
    scope: Mapped[Code]  # plan
    from_at: Mapped[Instant]
    until_at: Mapped[OptionalInstant]
    source: Mapped[Code]  # app, spoken, paper
    last_discussed_on: Mapped[date | None] = mapped_column(Date)
    discuss_again_on: Mapped[date | None] = mapped_column(Date)
    withdrawn_at: Mapped[OptionalInstant]
    recorded_by: Mapped[OptionalParty]
    scopes: Mapped[str] = mapped_column(String(120), default="")
    given_as: Mapped[Code]
    document_id: Mapped[OptionalKey]
    kept_from_parents: Mapped[bool] = mapped_column(Boolean, default=False)


class Agreement(WithSalt, Base):
    """The person's yes that an act carried: by whom, how (app, spoken, paper) and when."""

    __tablename__ = "agreement"
    __table_args__ = (Index(None, "plan_id"),)
    id: Mapped[PrimaryKey]
    plan_id: Mapped[PlanKey]
    event_id: Mapped[str] = mapped_column(KEY)
    by: Mapped[Code]  # person, representative, group
    how: Mapped[Code]
    agreed_on: Mapped[date] = mapped_column(Date)
    recorded_by: Mapped[OptionalParty]
    objected_at: Mapped[OptionalInstant]


class Goal(WithSalt, Base):
    """A goal with the person's own words and the worker's clarified words (need 2.5)."""

    __tablename__ = "goal"
    __table_args__ = (Index(None, "plan_id", "position"),)
    id: Mapped[PrimaryKey]
    plan_id: Mapped[PlanKey]
    position: Mapped[int] = mapped_column(Integer, default=1)
    own_words: Mapped[Words]
    clarified: Mapped[Words]
    condition: Mapped[Words]  # what it takes (the second of the five questions)
    status: Mapped[Code]  # open, met, dropped
    version: Mapped[int] = mapped_column(Integer, default=1)


class SubPlan(WithSalt, Base):
    """A reference to a more concrete plan elsewhere (IOP, treatment plan), never a copy."""

    __tablename__ = "sub_plan"
    __table_args__ = (Index(None, "plan_id"),)
    id: Mapped[PrimaryKey]
    plan_id: Mapped[PlanKey]
    title: Mapped[str] = mapped_column(String(200))
    owner_system: Mapped[str] = mapped_column(String(120), default="")
    link: Mapped[str] = mapped_column(String(500), default="")
    responsible: Mapped[str] = mapped_column(String(120), default="")
    review_on: Mapped[date | None] = mapped_column(Date)
