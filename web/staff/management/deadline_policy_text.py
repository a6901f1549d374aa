"""A deadline policy as people read it: every kind with length and ladder in words, and what differs from another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time

from babel.numbers import format_decimal
from flask_babel import get_locale

from web.page.formats import clock_time
from web.request.language import current_language
from web.request.translate import N_, gettext, ngettext
from web.staff.lists.my_plans import deadline_name
from web.staff.management.deadline_policy_form import channel_choices, length_of, when_names
from workflow.rules.deadlines.kinds import (
    CLOCK_ONLY,
    FROM_START,
    KINDS,
    LAW,
    WORKDAYS,
    DeadlineKind,
    Rung,
)
from workflow.rules.deadlines.policy import (
    REVIEW,
    UNTOUCHED,
    Policy,
    length_bounds,
    telling_rungs,
    usual_base,
)
from workflow.rules.names.deadlines import DeadlineCode
from workflow.words.labels.deadline_policies import length_text, role_name

GROUPS: Sequence[tuple[str, tuple[str, ...]]] = (
    (
        N_("Behov og svar"),
        (
            DeadlineCode.ACKNOWLEDGE_REPORT,
            DeadlineCode.DECIDE_REQUEST,
            DeadlineCode.PROVISIONAL_REPLY,
            DeadlineCode.DECIDE_INCOMING,
            DeadlineCode.SETTLE_DUPLICATE,
        ),
    ),
    (
        N_("Koordinator"),
        (
            DeadlineCode.APPOINT_COORDINATOR,
            DeadlineCode.COORDINATOR_ANSWERS,
            DeadlineCode.VACANCY,
            DeadlineCode.WISH_FOR_COORDINATOR,
            DeadlineCode.COORDINATOR_OFFER_ENDS,
            DeadlineCode.CONFIRMATION_ENDS,
        ),
    ),
    (
        N_("Plan i bruk"),
        (
            DeadlineCode.START_PLAN,
            DeadlineCode.FIRST_GOAL,
            DeadlineCode.DECIDE_INFORMAL_START,
            DeadlineCode.REVIEW,
            DeadlineCode.CONCLUDE_REVIEW,
            DeadlineCode.QUIET_PLAN,
            DeadlineCode.RESTING_PLAN,
            DeadlineCode.PAUSE_ENDS,
            DeadlineCode.ENDS_BY_DECISION,
        ),
    ),
    (
        N_("Tiltak"),
        (
            DeadlineCode.MEASURE_DUE,
            DeadlineCode.MEASURE_EVALUATION,
            DeadlineCode.MEASURE_OFFER_ENDS,
            DeadlineCode.MEASURE_STARTS,
        ),
    ),
    (N_("Møter"), (DeadlineCode.MEETING_PREPARED, DeadlineCode.MINUTES_DUE)),
    (
        N_("Meldinger, deling og innsyn"),
        (
            DeadlineCode.CONSENT_ENDS,
            DeadlineCode.DISCUSS_WITH_RELATIVES,
            DeadlineCode.DATA_REQUEST,
            DeadlineCode.ANSWER_PERSON,
            DeadlineCode.EMERGENCY_FOLLOW_UP,
        ),
    ),
    (
        N_("Overganger"),
        (
            DeadlineCode.TRANSFER_ANSWER,
            DeadlineCode.FIRST_APPOINTMENT,
            DeadlineCode.TRANSITION,
            DeadlineCode.TURNS_16,
            DeadlineCode.TURNS_18,
        ),
    ),
    (
        N_("Klage"),
        (
            DeadlineCode.APPEAL_WINDOW,
            DeadlineCode.ASSESS_COMPLAINT,
            DeadlineCode.FORWARD_COMPLAINT,
            DeadlineCode.GOVERNOR_ANSWERS,
        ),
    ),
)
OTHER = N_("Annet")


@dataclass(frozen=True)
class RungLine:
    """One rung in words: when, and who hears of it."""

    when: str
    who: str

    def __str__(self) -> str:
        return f"{self.when}: {self.who}" if self.who else self.when


@dataclass(frozen=True)
class KindLine:
    """One kind as the page shows it."""

    code: str
    name: str
    length: str
    usual: str
    basis: str
    source: str
    ladder: list[RungLine]
    usual_ladder: list[RungLine]


@dataclass(frozen=True)
class PolicyChange:
    """One thing that differs between two policies, in words."""

    name: str
    before: str
    after: str


def group_kinds(policy: Policy, below: Policy) -> list[tuple[str, list[KindLine]]]:
    """Every kind under its heading; `below` is what the policy was chosen upon."""
    groups: dict[str, list[KindLine]] = {}
    for code in KINDS:
        groups.setdefault(group_of(code), []).append(line(policy, below, code))
    titles = [name for name, _ in GROUPS] + [OTHER]
    return [(gettext(title), groups[title]) for title in titles if title in groups]


def group_of(code: str) -> str:
    """The heading of a kind."""
    return next((title for title, codes in GROUPS if code in codes), OTHER)


def line(policy: Policy, below: Policy, code: str) -> KindLine:
    """One kind; `usual` and `usual_ladder` are empty unless the policy differs there."""
    kind, usual = policy.kinds[code], below.kinds[code]
    length, standard = length_words(policy, kind), length_words(below, usual)
    ladder, usual_ladder = rung_lines(kind), rung_lines(usual)
    return KindLine(
        code,
        deadline_name(code),
        length,
        standard if standard != length else "",
        kind.basis,
        kind.source if kind.basis == LAW else "",
        ladder,
        usual_ladder if usual_ladder != ladder else [],
    )


def length_words(policy: Policy, kind: DeadlineKind) -> str:
    """«28 dager», «høyst 180 dager mellom hver», «7 dager før møtet», «sin egen dato»."""
    if kind.code in UNTOUCHED:
        return gettext("4 uker, i sosialsaker 3 uker")
    if length_bounds(kind.code) is None:
        return gettext("sin egen dato")
    words = length_text(length_of(policy, kind), kind.unit, current_language())
    if kind.code == REVIEW:
        return gettext("planens dato, høyst %(length)s mellom hver", length=words)
    if kind.length < 0:
        return gettext("%(length)s før møtet", length=words)
    return gettext("%(length)s før", length=words) if kind.within else words


def rung_lines(kind: DeadlineKind) -> list[RungLine]:
    """The ladder in words: «7 dager før: Koordinator»."""
    if kind.code in CLOCK_ONLY:
        return [RungLine(gettext("går av seg selv"), "")]
    return [
        RungLine(place(kind, rung), role_name(rung.role, current_language()))
        for rung in telling_rungs(kind)
    ]


def place(kind: DeadlineKind, rung: Rung) -> str:
    """When a rung stands: «7 dager før», «på dagen», «2 virkedager før møtet»."""
    many = abs(rung.offset)
    if rung.base == FROM_START:
        return ngettext("%(num)d dag etter start", "%(num)d dager etter start", many)
    if not many:
        return gettext("når tiden begynner") if opens(kind, rung) else gettext("på dagen")
    words = many_days(rung, many)
    if opens(kind, rung):
        return gettext("%(days)s etter at tiden begynner", days=words)
    after = gettext("%(days)s etter", days=words)
    return gettext("%(days)s før", days=words) if rung.offset < 0 else after


def many_days(rung: Rung, many: int) -> str:
    """«1 dag», «3 virkedager»."""
    if rung.unit == WORKDAYS:
        return ngettext("%(num)d virkedag", "%(num)d virkedager", many)
    return ngettext("%(num)d dag", "%(num)d dager", many)


def opens(kind: DeadlineKind, rung: Rung) -> bool:
    """Whether a rung counts from the day on which the time begins, not from the date itself."""
    return rung.base == usual_base(kind) and "after" in when_names(kind) and kind.within


def hours(start: time | None, end: time | None) -> str:
    """«20.00–07.00», or none."""
    if start is None or end is None:
        return gettext("ingen stille timer")
    return f"{clock_time(start)}–{clock_time(end)}"


def channel_words(policy: Policy) -> str:
    """The channels that are on."""
    return ", ".join(name for code, name in channel_choices() if code in policy.channels)


def facts(policy: Policy) -> list[tuple[str, str]]:
    """What is the municipality's alone: channels, hours and limits."""
    return [
        (gettext("Kanaler"), channel_words(policy)),
        (gettext("Samlet beskjed"), gettext("kl. %(hour)s", hour=clock_time(policy.digest_at))),
        (gettext("Stille timer"), hours(policy.quiet_from, policy.quiet_until)),
        (gettext("Flest planer på én"), str(policy.most_plans)),
        (gettext("Flest frister i uka"), str(policy.most_due_a_week)),
    ]


def decimal(number: float) -> str:
    """A mean with one decimal, as the reader's language writes it."""
    return format_decimal(number, format="0.0", locale=get_locale() or "nb")


def changes(before: Policy, after: Policy) -> list[PolicyChange]:
    """Everything that differs, in words, in the order of the page."""
    return [*_kind_changes(before, after), *_own_changes(before, after)]


def _kind_changes(before: Policy, after: Policy) -> Iterator[PolicyChange]:
    for code in KINDS:
        old, new = line(before, before, code), line(after, after, code)
        if old.length != new.length:
            yield PolicyChange(old.name, old.length, new.length)
        if old.ladder != new.ladder:
            yield PolicyChange(
                old.name, _only(old.ladder, new.ladder), _only(new.ladder, old.ladder)
            )


def _only(here: Sequence[RungLine], there: Sequence[RungLine]) -> str:
    """The rungs that only the one ladder has, or a dash."""
    return " · ".join(str(rung) for rung in here if rung not in there) or "–"


def _own_changes(before: Policy, after: Policy) -> Iterator[PolicyChange]:
    for (name, old), (_, new) in zip(facts(before), facts(after), strict=True):
        if old != new:
            yield PolicyChange(name, old, new)
