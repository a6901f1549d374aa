"""What a municipality may choose for itself about deadlines, and what that makes of them; stored nowhere here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import time
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from workflow.rules.deadlines.kinds import (
    CLOCK_ONLY,
    DAYS,
    FROM_DUE,
    FROM_EVENT,
    FROM_START,
    KINDS,
    LAW,
    LONGEST_REVIEW,
    LOOK,
    MONTHS,
    TELLS,
    WORKDAYS,
    DeadlineKind,
    Rung,
)
from workflow.rules.names.deadlines import DeadlineCode

CHANNELS = ("email", "sms", "webhook", "coordinator")
REVIEW = DeadlineCode.REVIEW
UNTOUCHED = (DeadlineCode.APPEAL_WINDOW,)  # the person's own legal window
PERSONS_WINDOWS = (DeadlineCode.APPEAL_WINDOW, DeadlineCode.MEASURE_OFFER_ENDS)  # only ever longer
AT_MOST_STANDARD = (
    REVIEW,
    DeadlineCode.DISCUSS_WITH_RELATIVES,
)  # the table gives these a longest of their own
MOST_RUNGS = 12
FARTHEST = {DAYS: (-60, 90), WORKDAYS: (-40, 60)}
LONGEST_QUIET_HOURS = 14
PLANS_BOUNDS, WEEK_BOUNDS = (1, 400), (1, 200)
MUNICIPAL = (
    "channels",
    "digest_at",
    "quiet_from",
    "quiet_until",
    "most_plans",
    "most_due_a_week",
)

# Whoever does the work or answers for it here: each ladder tells at least one of them.
OWN_SIDE = (
    "coordinator",
    "chair",
    "minute_taker",
    "accountable",
    "unit",
    "decider",
    "coordinating",
    "receiver",
    "privacy_officer",
)
EVERYWHERE = (
    "coordinator",
    "leader",
    "leader_2",
    "municipal_leader",
    "coordinating",
    "decider",
    "unit",
)
OF_A_SUBJECT: Mapping[str, tuple[str, ...]] = {
    # The coordinating unit is not told of single measures (domain 5.3).
    "measure": ("accountable", "coordinator", "accountable_leader", "leader"),
    "meeting": (*EVERYWHERE, "chair", "minute_taker"),
}
ROLES = tuple(
    dict.fromkeys(
        (
            *EVERYWHERE,
            "accountable",
            "accountable_leader",
            "chair",
            "minute_taker",
            "person",
            "privacy_officer",
            "receiver",
            "receiver_leader",
        )
    )
)

Unit = Literal["d", "wd"]
Base = Literal["due", "start", "event"]
# [offset, "d" or "wd", role], and where it is not the kind's usual one the base it counts from.
RungChoice = tuple[int, Unit, str] | tuple[int, Unit, str, Base]
Refusal = tuple[str, str, dict[str, object]]


@dataclass(frozen=True)
class Policy:
    """How deadlines are counted and told in one municipality or unit on one Norwegian day.

    kinds: every kind with its length and ladder in force. review_days: the longest a plan may
    go between reviews, calendar days. Hours are Norwegian wall clock; quiet_from None = no
    quiet hours. most_plans and most_due_a_week: above these a coordinator has too much.
    """

    kinds: Mapping[str, DeadlineKind]
    channels: tuple[str, ...]
    digest_at: time
    quiet_from: time | None
    quiet_until: time | None
    most_plans: int
    most_due_a_week: int
    review_days: int = LONGEST_REVIEW


STANDARD = Policy(KINDS, ("email", "coordinator"), time(8), time(20), time(7), 40, 15)


class Choices(BaseModel):
    """What one version chooses; what is left out stays as it was.

    lengths: whole calendar days, working days or months in the kind's own unit, always positive
    (`meeting_prepared`: days before the meeting; `review`: the longest between reviews). ladders: the
    telling rungs of a kind, all of them. quiet_from equal to quiet_until = no quiet hours.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    lengths: dict[str, int] = Field(default_factory=dict)
    ladders: dict[str, list[RungChoice]] = Field(default_factory=dict)
    channels: tuple[str, ...] | None = None
    digest_at: time | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None
    most_plans: int | None = None
    most_due_a_week: int | None = None

    def text(self) -> str:
        """The JSON that is stored: only what was chosen."""
        return self.model_dump_json(exclude_defaults=True)


def merge_choices(base: Policy, choices: Choices) -> Policy:
    """`base` with these choices laid over it; unknown codes and refused values are not looked for here."""
    kinds = {**base.kinds}
    for code, length in choices.lengths.items():
        kinds[code] = _with_length(kinds[code], length)
    for code, ladder in choices.ladders.items():
        kinds[code] = _with_ladder(kinds[code], ladder)
    quiet = _quiet(base, choices)
    return Policy(
        kinds=kinds,
        channels=base.channels if choices.channels is None else choices.channels,
        digest_at=base.digest_at if choices.digest_at is None else choices.digest_at,
        quiet_from=quiet[0],
        quiet_until=quiet[1],
        most_plans=choices.most_plans or base.most_plans,
        most_due_a_week=choices.most_due_a_week or base.most_due_a_week,
        review_days=choices.lengths.get(REVIEW, base.review_days),
    )


def _with_length(kind: DeadlineKind, length: int) -> DeadlineKind:
    """`review`'s date is the plan's own; its choice bounds that date instead."""
    if kind.code == REVIEW:
        return kind
    return replace(kind, length=-length if kind.length < 0 else length)


def _quiet(base: Policy, choices: Choices) -> tuple[time | None, time | None]:
    start = base.quiet_from if choices.quiet_from is None else choices.quiet_from
    end = base.quiet_until if choices.quiet_until is None else choices.quiet_until
    return (None, None) if start == end or start is None or end is None else (start, end)


def usual_base(kind: DeadlineKind) -> str:
    """What a rung of this kind counts from unless it says otherwise."""
    return FROM_EVENT if any(rung.base == FROM_EVENT for rung in kind.ladder) else FROM_DUE


def telling_rungs(kind: DeadlineKind) -> tuple[Rung, ...]:
    """The rungs that tell somebody: those a municipality may choose."""
    return tuple(rung for rung in kind.ladder if rung.kind in TELLS)


def as_choice(kind: DeadlineKind) -> list[RungChoice]:
    """A kind's telling rungs as `Choices.ladders` writes them."""
    return [_one(kind, rung) for rung in telling_rungs(kind)]


def _one(kind: DeadlineKind, rung: Rung) -> RungChoice:
    unit: Unit = "wd" if rung.unit == WORKDAYS else "d"
    if rung.base == usual_base(kind):
        return (rung.offset, unit, rung.role)
    base: Base = "start" if rung.base == FROM_START else "due"
    return (rung.offset, unit, rung.role, base)


def _with_ladder(kind: DeadlineKind, ladder: list[RungChoice]) -> DeadlineKind:
    """The chosen rungs in order of time; what the clock does stays. `quiet_plan` is looked at a day after the last."""
    told = sorted((_rung(kind, given) for given in ladder), key=lambda r: _about(kind, r))
    rest = [rung for rung in kind.ladder if rung.kind not in TELLS]
    last = max((rung.offset for rung in told), default=0)
    rest = [replace(r, offset=last + 1) if r.kind == LOOK else r for r in rest]
    return replace(kind, ladder=(*told, *rest))


def _rung(kind: DeadlineKind, given: RungChoice) -> Rung:
    offset, unit, role = given[0], given[1], given[2]
    base = given[3] if len(given) == 4 else usual_base(kind)
    said = next((rung.kind for rung in telling_rungs(kind)), "notify")
    return Rung(offset, unit, role, said, base)


def _about(kind: DeadlineKind, rung: Rung) -> float:
    """Calendar days from the due day, roughly, to put rungs of all units and bases in order."""
    days = rung.offset * 7 / 5 if rung.unit == WORKDAYS else rung.offset
    return days - kind.length if rung.base == FROM_START else days


def length_bounds(code: str) -> tuple[int, int] | None:
    """Shortest and longest length that may be chosen, in the kind's unit; None = not to be chosen.

    Law: never longer than the law's. A person's window: never shorter than it is. Others: one
    day to twice the standard; reviews and relatives' consents to 180 calendar days.
    """
    kind = KINDS[code]
    standard = LONGEST_REVIEW if code == REVIEW else abs(kind.length)
    if standard == 0 or code in UNTOUCHED:
        return None
    if code in PERSONS_WINDOWS:
        return standard, 2 * standard
    return 1, standard if kind.basis == LAW or code in AT_MOST_STANDARD else 2 * standard


def ladder_may_change(code: str) -> bool:
    """Whether there is a ladder to choose: not where only the clock acts, nor the person's legal window."""
    return code not in CLOCK_ONLY and code not in UNTOUCHED


def roles_for(code: str) -> tuple[str, ...]:
    """The roles that a rung of this kind may tell."""
    kind = KINDS[code]
    own = tuple(rung.role for rung in telling_rungs(kind))
    return tuple(dict.fromkeys((*own, *OF_A_SUBJECT.get(kind.subject, EVERYWHERE))))


def find_refusals(choices: Choices, unit: bool = False) -> list[Refusal]:
    """Everything that cannot be chosen, as (field, code, params); empty = may be saved.

    unit: the choices are one unit's, which has no channels and hours of its own.
    """
    problems = [
        *_lengths(choices),
        *(problem for code, ladder in choices.ladders.items() for problem in _ladder(code, ladder)),
        *_hours(choices),
        *_numbers(choices),
    ]
    if unit:
        problems += [
            (f, "policy_municipal", {}) for f in MUNICIPAL if getattr(choices, f) is not None
        ]
    return problems


def _lengths(choices: Choices) -> Iterator[Refusal]:
    for code, length in choices.lengths.items():
        field = f"lengths.{code}"
        if code not in KINDS:
            yield field, "policy_unknown", {"code": code}
            continue
        bounds = length_bounds(code)
        if bounds is None:
            yield field, _fixed(code), {"code": code}
        elif length > bounds[1] and KINDS[code].basis == LAW:
            yield field, "policy_law_longer", _measure(code, length, bounds)
        elif length < bounds[0] and code in PERSONS_WINDOWS:
            yield field, "policy_window_shorter", _measure(code, length, bounds)
        elif not bounds[0] <= length <= bounds[1]:
            yield field, "policy_length", _measure(code, length, bounds)


def _fixed(code: str) -> str:
    return "policy_persons_window" if code in UNTOUCHED else "policy_own_date"


def _measure(code: str, length: int, bounds: tuple[int, int]) -> dict[str, object]:
    unit = DAYS if code == REVIEW else KINDS[code].unit
    return {"code": code, "given": length, "least": bounds[0], "most": bounds[1], "unit": unit}


def _ladder(code: str, ladder: list[RungChoice]) -> Iterator[Refusal]:
    field = f"ladders.{code}"
    if code not in KINDS:
        yield field, "policy_unknown", {"code": code}
        return
    if not ladder_may_change(code):
        yield field, _fixed(code), {"code": code}
        return
    kind = KINDS[code]
    if len(ladder) > MOST_RUNGS:
        yield field, "policy_many_rungs", {"code": code, "most": MOST_RUNGS}
    yield from _rungs(field, kind, ladder)
    told = {given[2] for given in ladder}
    if not told & set(OWN_SIDE):
        yield field, "policy_nobody_near", {"code": code}
    last = telling_rungs(kind)[-1].role
    if last not in told:
        yield field, "policy_last_role", {"code": code, "role": last}
    if kind.basis == LAW and (rung := _loosened(kind, ladder)) is not None:
        params = {"code": code, "role": rung.role, "offset": rung.offset, "unit": rung.unit}
        yield field, "policy_law_rung", params


def _rungs(field: str, kind: DeadlineKind, ladder: list[RungChoice]) -> Iterator[Refusal]:
    allowed = roles_for(kind.code)
    for offset, unit, role, *_ in ladder:
        least, most = FARTHEST[unit]
        if role not in ROLES:
            yield field, "policy_unknown_role", {"code": kind.code}
        elif role not in allowed:
            yield field, "policy_role", {"code": kind.code, "role": role}
        if not least <= offset <= most:
            bounds = {"least": abs(least), "most": most, "unit": unit}
            yield field, "policy_far_away", {"code": kind.code, **bounds}
    twice = [given for given, times in Counter(map(tuple, ladder)).items() if times > 1]
    if twice:
        yield field, "policy_rung_twice", {"code": kind.code, "role": twice[0][2]}
    if any(given[3:] == ("event",) for given in ladder) and usual_base(kind) != FROM_EVENT:
        yield field, "policy_base", {"code": kind.code}


def _loosened(kind: DeadlineKind, ladder: list[RungChoice]) -> Rung | None:
    """The first rung of a law's ladder that is told later, or not at all, under the chosen one."""
    chosen = [_rung(kind, given) for given in ladder]
    for rung in telling_rungs(kind):
        same = [r for r in chosen if (r.role, r.unit, r.base) == (rung.role, rung.unit, rung.base)]
        standard = [
            r for r in telling_rungs(kind) if replace(r, offset=0) == replace(rung, offset=0)
        ]
        if _by(same, rung.offset) < _by(standard, rung.offset):
            return rung
    return None


def _by(rungs: list[Rung], offset: int) -> int:
    """How many of the rungs stand at this offset or before it."""
    return sum(rung.offset <= offset for rung in rungs)


def _hours(choices: Choices) -> Iterator[Refusal]:
    """The digest does not come in the quiet hours, and these are not most of the day."""
    start, end = _quiet(STANDARD, choices)
    digest = STANDARD.digest_at if choices.digest_at is None else choices.digest_at
    if start is None or end is None:
        return
    length = (_minutes(end) - _minutes(start)) % (24 * 60)
    if length > LONGEST_QUIET_HOURS * 60:
        yield "quiet_until", "policy_long_quiet", {"most": LONGEST_QUIET_HOURS}
    if (_minutes(digest) - _minutes(start)) % (24 * 60) < length:
        yield "digest_at", "policy_digest_quiet", {}


def _minutes(hour: time) -> int:
    return hour.hour * 60 + hour.minute


def _numbers(choices: Choices) -> Iterator[Refusal]:
    if choices.channels is not None and not set(choices.channels) - {"webhook"}:
        yield "channels", "policy_no_channel", {}
    if choices.channels is not None and set(choices.channels) - set(CHANNELS):
        yield "channels", "not_offered", {}
    for name, (least, most) in (("most_plans", PLANS_BOUNDS), ("most_due_a_week", WEEK_BOUNDS)):
        value = getattr(choices, name)
        if value is not None and not least <= value <= most:
            yield name, "policy_number", {"least": least, "most": most}


def months(code: str) -> bool:
    """Whether a kind's length is counted in calendar months."""
    return KINDS[code].unit == MONTHS
