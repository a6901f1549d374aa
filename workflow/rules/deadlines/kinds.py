"""Every kind of deadline as data: basis, length, anchor and ladder (domain 5.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import MeasureStep, PlanStep

LAW, LOCAL = "law", "local"
OWN_RULE = "Kommunens egen frist"

DAYS, WORKDAYS, MONTHS = "d", "wd", "m"
NOTIFY, QUIET, FIRE, LOOK = "notify", "quiet", "fire", "look"
TELLS = (NOTIFY, QUIET)
FROM_DUE, FROM_START, FROM_EVENT, AT_DUE, AT_EXPIRY = "due", "start", "event", "at_due", "at_expiry"
LATER, NEVER = "later", "never"
CLOCK = "clock"
LONGEST_REVIEW = 180  # calendar days between reviews


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: `offset` calendar (d) or working (wd) days from its base, and who hears of it.

    kind: notify tells the role; quiet does so if the plan has not lived since; look asks that
    again; fire lets the clock take the kind's row. A rung stands from 00:00 Europe/Oslo of its day.
    """

    offset: int
    unit: str
    role: str
    kind: str = NOTIFY
    base: str = FROM_DUE


@dataclass(frozen=True, slots=True)
class DeadlineKind:
    """A kind of deadline. `moves`: whether a non-working day carries it later (law and local default differ).

    ref: its number in the domain's tables, for documents alone.
    length and unit count from the anchor; pauses: a paused plan stops this clock (local ones
    only); fires: the table row that the clock takes when the time has come.
    """

    code: str
    ref: str
    subject: str
    anchor: str
    length: int
    unit: str
    ladder: tuple[Rung, ...]
    basis: str = LOCAL
    source: str = OWN_RULE
    moves: str = LATER
    pauses: bool = False
    fires: str = ""
    clamped: bool = False  # no rung before the start: due at once reaches everybody at once
    grace: int = 0  # no rung, and not due, before so many working days after it was set
    within: bool = False  # no rung after the day itself


def _d(offset: int, role: str) -> Rung:
    return Rung(offset, DAYS, role)


def _wd(offset: int, role: str, base: str = FROM_DUE) -> Rung:
    return Rung(offset, WORKDAYS, role, NOTIFY, base)


FIRE_WHEN_DUE = (Rung(0, DAYS, CLOCK, FIRE, AT_DUE),)
FIRE_WHEN_EXPIRED = Rung(14, DAYS, CLOCK, FIRE, AT_EXPIRY)
AFTER_REVIEW = (_d(-7, "coordinator"), _d(1, "coordinator"), _d(7, "leader"), _d(28, "leader_2"))

REQUEST_KINDS = (
    DeadlineKind(
        DeadlineCode.ACKNOWLEDGE_REPORT, "T1", "plan", "reported", 5, WORKDAYS, (_d(0, "unit"),)
    ),
    DeadlineKind(
        DeadlineCode.DECIDE_REQUEST,
        "T2.decide",
        "plan",
        "reported",
        28,
        DAYS,
        (_d(-7, "decider"), _d(1, "leader")),
    ),
    DeadlineKind(
        DeadlineCode.PROVISIONAL_REPLY,
        "T2.reply",
        "plan",
        "reported",
        1,
        MONTHS,
        (_d(-7, "decider"), _d(-2, "leader")),
        basis=LAW,
        source="Forvaltningsloven § 11 a",
        moves=NEVER,
    ),
    DeadlineKind(
        DeadlineCode.SETTLE_DUPLICATE,
        "T1.twice",
        "plan",
        "now",
        5,
        WORKDAYS,
        (_d(0, "coordinating"), _wd(5, "municipal_leader")),
    ),
    DeadlineKind(
        DeadlineCode.DECIDE_INCOMING,
        "T3",
        "plan",
        "incoming",
        28,
        DAYS,
        (_d(-7, "decider"), _d(1, "leader"), _d(7, "coordinating")),
    ),
)

COORDINATOR_KINDS = (
    DeadlineKind(
        DeadlineCode.APPOINT_COORDINATOR,
        "T4.appoint",
        "plan",
        "incoming",
        14,
        DAYS,
        (_d(-3, "coordinating"), _d(1, "leader")),
    ),
    DeadlineKind(
        DeadlineCode.COORDINATOR_ANSWERS,
        "T4.accept",
        "offer",
        "now",
        5,
        WORKDAYS,
        (_d(-3, "coordinating"), _d(1, "leader")),
    ),
    DeadlineKind(
        DeadlineCode.VACANCY,
        "T7",
        "plan",
        "now",
        14,
        DAYS,
        (_d(0, "coordinating"), _d(1, "municipal_leader")),
    ),
    DeadlineKind(
        DeadlineCode.WISH_FOR_COORDINATOR,
        "T16",
        "wish",
        "now",
        10,
        WORKDAYS,
        (_d(0, "coordinating"), _d(1, "leader")),
    ),
    DeadlineKind(
        DeadlineCode.COORDINATOR_OFFER_ENDS,
        "P13.expire",
        "offer",
        "expiry",
        14,
        DAYS,
        FIRE_WHEN_DUE,
        fires=PlanStep.EXPIRE_COORDINATOR,
    ),
    DeadlineKind(
        DeadlineCode.CONFIRMATION_ENDS,
        "P28.expire",
        "offer",
        "expiry",
        7,
        DAYS,
        FIRE_WHEN_DUE,
        fires=PlanStep.EXPIRE_CONFIRMATION,
    ),
)

USE_KINDS = (
    DeadlineKind(
        DeadlineCode.START_PLAN,
        "T4.start",
        "plan",
        "now",
        14,
        DAYS,
        (_d(-3, "coordinator"), _d(1, "leader"), _d(14, "coordinating")),
    ),
    DeadlineKind(
        DeadlineCode.FIRST_GOAL,
        "T5",
        "plan",
        "now",
        30,
        DAYS,
        (_d(-7, "coordinator"), _d(1, "coordinator"), _d(14, "leader")),
        pauses=True,
    ),
    DeadlineKind(
        DeadlineCode.DECIDE_INFORMAL_START,
        "T6",
        "plan",
        "now",
        60,
        DAYS,
        (
            Rung(30, DAYS, "coordinator", NOTIFY, FROM_START),
            Rung(60, DAYS, "decider", NOTIFY, FROM_START),
            _d(14, "coordinating"),
        ),
        pauses=True,
    ),
    DeadlineKind(
        DeadlineCode.REVIEW,
        "T8.review",
        "plan",
        "review",
        0,
        DAYS,
        (_d(-21, "coordinator"), *AFTER_REVIEW),
        pauses=True,
    ),
    DeadlineKind(
        DeadlineCode.CONCLUDE_REVIEW,
        "T8.conclude",
        "plan",
        "now",
        14,
        DAYS,
        AFTER_REVIEW,
        pauses=True,
    ),
    DeadlineKind(
        DeadlineCode.QUIET_PLAN,
        "T14",
        "plan",
        "activity",
        90,
        DAYS,
        (
            Rung(0, DAYS, "coordinator", QUIET),
            Rung(30, DAYS, "coordinating", QUIET),
            Rung(31, DAYS, CLOCK, LOOK),
        ),
        pauses=True,
    ),
    DeadlineKind(
        DeadlineCode.RESTING_PLAN,
        "T14.rest",
        "plan",
        "now",
        90,
        DAYS,
        (_d(0, "coordinating"), _d(28, "leader")),
    ),
    DeadlineKind(
        DeadlineCode.PAUSE_ENDS,
        "P12.until",
        "plan",
        "pause",
        0,
        DAYS,
        FIRE_WHEN_DUE,
        moves=NEVER,
        fires=PlanStep.RESUME,
    ),
    DeadlineKind(
        DeadlineCode.ENDS_BY_DECISION,
        "P20.end",
        "plan",
        "end",
        0,
        DAYS,
        FIRE_WHEN_DUE,
        fires=PlanStep.END_WHEN_LAPSED,
    ),
)

TRANSFER_KINDS = (
    DeadlineKind(
        DeadlineCode.TRANSFER_ANSWER,
        "T9",
        "offer",
        "transfer",
        14,
        DAYS,
        (
            _d(-3, "receiver"),
            _d(-1, "receiver_leader"),
            _d(0, "coordinating"),
            FIRE_WHEN_EXPIRED,
        ),
        fires=PlanStep.EXPIRE_TRANSFER,
        clamped=True,
    ),
    DeadlineKind(
        DeadlineCode.FIRST_APPOINTMENT,
        "T9.first",
        "plan",
        "first_appointment",
        0,
        DAYS,
        (_wd(-3, "coordinator"), _d(0, "coordinating")),
        moves=NEVER,
        clamped=True,
    ),
)

APPEAL_KINDS = (
    DeadlineKind(
        DeadlineCode.APPEAL_WINDOW,
        "T10.appeal",
        "plan",
        "appeal",
        0,
        DAYS,
        (_d(7, "coordinating"),),
        basis=LAW,
        source="Pasient- og brukerrettighetsloven § 7-5 / forvaltningsloven § 29",
    ),
    DeadlineKind(
        DeadlineCode.ASSESS_COMPLAINT,
        "T10.assess",
        "complaint",
        "complaint",
        14,
        DAYS,
        (_d(-5, "decider"), _d(1, "leader")),
    ),
    DeadlineKind(
        DeadlineCode.FORWARD_COMPLAINT,
        "T10.forward",
        "complaint",
        "complaint",
        28,
        DAYS,
        (_d(-5, "decider"), _d(1, "leader")),
    ),
    DeadlineKind(
        DeadlineCode.GOVERNOR_ANSWERS,
        "T10.above",
        "complaint",
        "now",
        84,
        DAYS,
        (_d(0, "decider"), _d(28, "leader")),
    ),
)

MEASURE_KINDS = (
    DeadlineKind(
        DeadlineCode.MEASURE_DUE,
        "T11",
        "measure",
        "measure",
        0,
        DAYS,
        (
            _d(-3, "accountable"),
            _d(1, "accountable"),
            _d(7, "coordinator"),
            _d(14, "accountable_leader"),
        ),
        pauses=True,
    ),
    DeadlineKind(
        DeadlineCode.MEASURE_EVALUATION,
        "T12",
        "measure",
        "completed",
        14,
        DAYS,
        (_d(0, "coordinator"),),
        pauses=True,
    ),
    DeadlineKind(
        DeadlineCode.MEASURE_OFFER_ENDS,
        "M13.expire",
        "offer",
        "expiry",
        14,
        DAYS,
        FIRE_WHEN_DUE,
        pauses=True,
        fires=MeasureStep.EXPIRE,
    ),
    DeadlineKind(
        DeadlineCode.MEASURE_STARTS,
        "M5.start",
        "measure",
        "not_before",
        0,
        DAYS,
        FIRE_WHEN_DUE,
        moves=NEVER,
        pauses=True,
        fires=MeasureStep.BEGIN,
    ),
)

MEETING_KINDS = (
    DeadlineKind(
        DeadlineCode.MEETING_PREPARED,
        "T15.prepare",
        "meeting",
        "agenda",
        -7,
        DAYS,
        (
            _wd(-10, "chair", FROM_EVENT),
            _wd(-5, "chair", FROM_EVENT),
            _wd(-2, "leader", FROM_EVENT),
        ),
        pauses=True,
        grace=1,
    ),
    DeadlineKind(
        DeadlineCode.MINUTES_DUE,
        "T15.minutes",
        "meeting",
        "held",
        5,
        WORKDAYS,
        (_wd(1, "minute_taker"), _wd(5, "coordinator")),
        pauses=True,
    ),
)

ANSWER_KINDS = (
    DeadlineKind(
        DeadlineCode.ANSWER_PERSON,
        "T19",
        "any",
        "now",
        5,
        WORKDAYS,
        (_d(0, "coordinator"), _wd(5, "leader")),
    ),
)

CONSENT_KINDS = (
    DeadlineKind(
        DeadlineCode.CONSENT_ENDS,
        "T13.expiry",
        "consent",
        "consent_end",
        0,
        DAYS,
        (_d(-30, "coordinator"), *FIRE_WHEN_DUE),
        moves=NEVER,
        fires=PlanStep.SHARING_LAPSED,
    ),
    DeadlineKind(
        DeadlineCode.DISCUSS_WITH_RELATIVES,
        "T13.relatives",
        "plan",
        "discussed",
        180,
        DAYS,
        (_d(0, "coordinator"),),
        pauses=True,
    ),
)

OPENS = (
    Rung(0, DAYS, "coordinator", NOTIFY, FROM_EVENT),
    Rung(14, DAYS, "coordinating", NOTIFY, FROM_EVENT),
)


def _transition(code: str, ref: str, anchor: str, opens: int) -> DeadlineKind:
    """Due on the day of the transition; its ladder opens so many calendar days before."""
    return DeadlineKind(
        code, ref, "plan", anchor, opens, DAYS, OPENS, moves=NEVER, pauses=True, within=True
    )


TRANSITION_KINDS = (
    _transition(DeadlineCode.TRANSITION, "T17", "transition", 90),
    _transition(DeadlineCode.TURNS_16, "T17.16", "birthday", 90),
    _transition(DeadlineCode.TURNS_18, "T17.18", "birthday", 180),
)
BIRTHDAYS: Mapping[str, int] = {DeadlineCode.TURNS_16: 16, DeadlineCode.TURNS_18: 18}
TRANSITIONS = (DeadlineCode.TRANSITION, *BIRTHDAYS)
BIRTHDAY_IN_SIGHT = 730  # calendar days: a birthday further away is met at a later review

ACCESS_KINDS = (
    DeadlineKind(
        DeadlineCode.DATA_REQUEST,
        "T18",
        "any",  # a request for access is a wish, one for correction or erasure a data request
        "asked",
        1,
        MONTHS,
        (_d(-7, "privacy_officer"),),
        basis=LAW,
        source="Personvernforordningen artikkel 12 nr. 3",
        moves=NEVER,
    ),
)

EMERGENCY_KINDS = (
    DeadlineKind(
        DeadlineCode.EMERGENCY_FOLLOW_UP,
        "T20",
        "emergency",
        "now",
        3,
        WORKDAYS,
        (_d(0, "privacy_officer"), _wd(1, "municipal_leader")),
    ),
)

KINDS: Mapping[str, DeadlineKind] = {
    kind.code: kind
    for kind in (
        *REQUEST_KINDS,
        *COORDINATOR_KINDS,
        *USE_KINDS,
        *TRANSFER_KINDS,
        *APPEAL_KINDS,
        *MEASURE_KINDS,
        *MEETING_KINDS,
        *ANSWER_KINDS,
        *CONSENT_KINDS,
        *TRANSITION_KINDS,
        *ACCESS_KINDS,
        *EMERGENCY_KINDS,
    )
}

PAUSED_WITH_PLAN = tuple(kind.code for kind in KINDS.values() if kind.pauses)
# A pause stops these, but their date stays.
FIXED_IN_TIME = (
    DeadlineCode.MEETING_PREPARED,
    DeadlineCode.MEASURE_STARTS,
    *(kind.code for kind in TRANSITION_KINDS),
)
# What must be answered all the same when the plan is closed: a complaint, a request for access, an emergency.
SURVIVES_CLOSING = (
    DeadlineCode.ASSESS_COMPLAINT,
    DeadlineCode.FORWARD_COMPLAINT,
    DeadlineCode.GOVERNOR_ANSWERS,
    DeadlineCode.DATA_REQUEST,
    DeadlineCode.EMERGENCY_FOLLOW_UP,
)
CLOCK_ONLY = tuple(kind.code for kind in KINDS.values() if all(r.kind == FIRE for r in kind.ladder))
# Somebody else's window, the digest only, or over by itself on its day.
NEVER_OVERDUE = (
    *CLOCK_ONLY,
    DeadlineCode.APPEAL_WINDOW,
    DeadlineCode.MEASURE_EVALUATION,
    DeadlineCode.CONSENT_ENDS,
)

# Roles that are told as an office: plan number and kind only, so no consent opens or closes it.
OFFICE_ROLES = (
    "unit",
    "decider",
    "leader",
    "leader_2",
    "municipal_leader",
    "accountable_leader",
    "coordinating",
    "receiver",
    "receiver_leader",
    "privacy_officer",
)
