"""The form of a deadline policy: every kind with its length and rungs, read into choices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from werkzeug.datastructures import MultiDict

from web.forms.field_errors import error_sentence
from web.forms.model_forms import in_iso, tidy_text
from web.request.language import current_language
from web.request.translate import N_, gettext
from workflow.rules.deadlines.kinds import FROM_EVENT, FROM_START, KINDS, WORKDAYS, DeadlineKind
from workflow.rules.deadlines.policy import (
    CHANNELS,
    MOST_RUNGS,
    REVIEW,
    Choices,
    Policy,
    RungChoice,
    as_choice,
    ladder_may_change,
    length_bounds,
    roles_for,
    usual_base,
)
from workflow.words.labels.deadline_policies import role_name

Values = MultiDict[str, str]
Errors = dict[str, list[str]]
MIDNIGHT = time(0, 0)
SPARE = 1  # empty rows below a ladder, for a step that is added

# How a rung's place is chosen: code -> unit, sign, base ("" = the kind's usual one).
WHENS: Mapping[str, tuple[str, int, str]] = {
    "before": ("d", -1, ""),
    "after": ("d", 1, ""),
    "workdays_before": ("wd", -1, ""),
    "workdays_after": ("wd", 1, ""),
    "start": ("d", 1, FROM_START),
    "due_before": ("d", -1, "due"),
    "due_after": ("d", 1, "due"),
}
WHEN_NAMES: Mapping[str, str] = {
    "before": N_("dager før fristen"),
    "after": N_("dager etter fristen"),
    "workdays_before": N_("virkedager før fristen"),
    "workdays_after": N_("virkedager etter fristen"),
    "start": N_("dager etter start"),
    "due_before": N_("dager før fristen"),
    "due_after": N_("dager etter fristen"),
}
MEETING_NAMES: Mapping[str, str] = {
    "before": N_("dager før møtet"),
    "after": N_("dager etter møtet"),
    "workdays_before": N_("virkedager før møtet"),
    "workdays_after": N_("virkedager etter møtet"),
}
OPENING_NAMES: Mapping[str, str] = {
    "after": N_("dager etter at tiden begynner"),
    "workdays_after": N_("virkedager etter at tiden begynner"),
}
CHANNEL_NAMES: Mapping[str, str] = {
    "email": N_("E-post"),
    "sms": N_("SMS"),
    "webhook": N_("Kommunens eget system"),
    "coordinator": N_("Koordinator sier det"),
}


@dataclass(frozen=True)
class RungField:
    """One step of a ladder as three controls."""

    number: int
    days: str
    when: str
    role: str

    @property
    def empty(self) -> bool:
        """A row for a step that may be added."""
        return not self.days


@dataclass(frozen=True)
class KindField:
    """One kind of deadline in the form."""

    kind: DeadlineKind
    length: str
    bounds: tuple[int, int] | None
    rungs: tuple[RungField, ...]
    whens: tuple[tuple[str, str], ...]
    roles: tuple[tuple[str, str], ...]
    length_errors: tuple[str, ...]
    ladder_errors: tuple[str, ...]

    @property
    def code(self) -> str:
        """The kind's code, as the controls are named by it."""
        return self.kind.code

    @property
    def errors(self) -> tuple[str, ...]:
        """All that stands in the way here: the row is open then."""
        return (*self.length_errors, *self.ladder_errors)

    @property
    def fixed(self) -> bool:
        """Whether nothing can be chosen."""
        return not self.rungs and not has_length(self.code)


@dataclass(frozen=True)
class PostedPolicy:
    """What the form said: choices, day and closing days, or the errors beside the fields."""

    choices: Choices
    valid_from: date
    closing_days: tuple[date, ...] | None
    errors: Errors


def values_of(policy: Policy, closing: Iterable[date], valid_from: date) -> Values:
    """What stands in the form at first: the policy as it is."""
    values: Values = MultiDict({"valid_from": valid_from.isoformat()})
    for kind in policy.kinds.values():
        if length_bounds(kind.code) is not None:
            values[f"length-{kind.code}"] = str(length_of(policy, kind))
        if ladder_may_change(kind.code):
            for number, given in enumerate(as_choice(kind)):
                for part, text in rung_values(given):
                    values[f"rung-{kind.code}-{number}-{part}"] = text
    values.setlist("channels", list(policy.channels))
    for name in ("digest_at", "quiet_from", "quiet_until"):
        hour: time | None = getattr(policy, name)
        values[name] = f"{hour:%H:%M}" if hour else ""
    values["most_plans"] = str(policy.most_plans)
    values["most_due_a_week"] = str(policy.most_due_a_week)
    values["closing_days"] = "\n".join(f"{day:%d.%m.%Y}" for day in sorted(closing))
    return values


def rung_values(given: RungChoice) -> Iterator[tuple[str, str]]:
    """One rung as its three controls hold it."""
    offset, unit, role = given[0], given[1], given[2]
    base = given[3] if len(given) == 4 else ""
    sign = -1 if offset < 0 else 1
    yield "days", str(abs(offset))
    # A base with working days of its own has no name of its own here: calendar days stand in.
    fits = [code for code, place in WHENS.items() if place == (unit, sign, base)]
    yield "when", fits[0] if fits else "after"
    yield "role", role


def has_length(code: str) -> bool:
    """Whether there is more than one length to choose among."""
    bounds = length_bounds(code)
    return bounds is not None and bounds[0] < bounds[1]


def length_of(policy: Policy, kind: DeadlineKind) -> int:
    """A kind's length as it is chosen: positive, in the kind's unit; `review`'s longest."""
    return policy.review_days if kind.code == REVIEW else abs(kind.length)


def fields(values: Values, errors: Errors) -> list[KindField]:
    """Every kind with what stands in its controls."""
    return [_kind(kind, values, errors) for kind in KINDS.values()]


def _kind(kind: DeadlineKind, values: Values, errors: Errors) -> KindField:
    code = kind.code
    changes = ladder_may_change(code)
    return KindField(
        kind,
        values.get(f"length-{code}", ""),
        length_bounds(code),
        tuple(_rungs(code, values)) if changes else (),
        tuple(whens(kind)),
        tuple((role, role_name(role, current_language())) for role in roles_for(code))
        if changes
        else (),
        tuple(errors.get(f"lengths.{code}", ())),
        tuple(errors.get(f"ladders.{code}", ())),
    )


def whens(kind: DeadlineKind) -> Iterator[tuple[str, str]]:
    """The places that a rung of this kind can have, with their names."""
    from_start = any(rung.base == FROM_START for rung in kind.ladder)
    for code, name in when_names(kind).items():
        if code != "start" or from_start:
            yield code, gettext(name)


def when_names(kind: DeadlineKind) -> Mapping[str, str]:
    """What the places of a kind's rungs are called: from its date, from the meeting or from its opening."""
    if usual_base(kind) != FROM_EVENT:
        return {code: name for code, name in WHEN_NAMES.items() if not code.startswith("due_")}
    own = MEETING_NAMES if kind.subject == "meeting" else OPENING_NAMES
    return {**own, **{code: WHEN_NAMES[code] for code in ("due_before", "due_after")}}


def _rungs(code: str, values: Values) -> Iterator[RungField]:
    """The rungs as they stand, and a spare row below while there is room."""
    given = [RungField(n, *_parts(code, n, values)) for n in range(MOST_RUNGS + SPARE)]
    last = max((rung.number for rung in given if rung.days or rung.role), default=-1)
    yield from given[: min(last + 1 + SPARE, MOST_RUNGS)]


def _parts(code: str, number: int, values: Values) -> tuple[str, str, str]:
    days, when, role = (
        values.get(f"rung-{code}-{number}-{part}", "") for part in ("days", "when", "role")
    )
    return tidy_text(days), when or "before", role


class PolicyFormReader:
    """Reads a posted form into what differs from the policy below it."""

    def __init__(self, values: Values, below: Policy, today: date) -> None:
        self.values, self.below, self.today = values, below, today
        self.errors: Errors = {}

    def whole(self, closing: Iterable[date], municipal: bool) -> PostedPolicy:
        """Everything; a unit's form has lengths and ladders only."""
        own = self._own() if municipal else {}
        ladders = dict(self._ladders())
        choices = Choices(lengths=dict(self._lengths()), ladders=ladders, **own)
        days = self._closing(frozenset(closing)) if municipal else None
        return PostedPolicy(choices, self._day("valid_from") or self.today, days, self.errors)

    def wrong(self, name: str, code: str) -> None:
        """One more error beside a field."""
        self.errors.setdefault(name, []).append(error_sentence(code, "", {}))

    def _lengths(self) -> Iterator[tuple[str, int]]:
        for kind in self.below.kinds.values():
            name = f"length-{kind.code}"
            if length_bounds(kind.code) is None or name not in self.values:
                continue
            given = self._number(name, f"lengths.{kind.code}")
            if given is not None and given != length_of(self.below, kind):
                yield kind.code, given

    def _ladders(self) -> Iterator[tuple[str, list[RungChoice]]]:
        for kind in self.below.kinds.values():
            if not ladder_may_change(kind.code) or not self._has_ladder(kind.code):
                continue
            given = list(self._rungs(kind))
            if sorted(given, key=str) != sorted(as_choice(kind), key=str):
                yield kind.code, given

    def _has_ladder(self, code: str) -> bool:
        return f"rung-{code}-0-days" in self.values

    def _rungs(self, kind: DeadlineKind) -> Iterator[RungChoice]:
        for number in range(MOST_RUNGS + SPARE):
            days, when, role = _parts(kind.code, number, self.values)
            if not days:
                continue
            count = self._whole(days, f"ladders.{kind.code}")
            if not role or when not in WHENS:
                self.wrong(f"ladders.{kind.code}", "choice_missing")
            elif count is not None:
                unit, sign, base = WHENS[when]
                yield _choice(sign * count, unit, role, base)

    def _own(self) -> dict[str, object]:
        """The municipality's own: channels, hours and limits that differ from those below."""
        choices: dict[str, object] = {
            "channels": tuple(c for c in CHANNELS if c in self.values.getlist("channels")),
            "digest_at": self._hour("digest_at") or self.below.digest_at,
            "most_plans": self._number("most_plans", "most_plans"),
            "most_due_a_week": self._number("most_due_a_week", "most_due_a_week"),
        }
        changed = {
            name: value
            for name, value in choices.items()
            if value is not None and value != getattr(self.below, name)
        }
        return {**changed, **self._quiet()}

    def _quiet(self) -> dict[str, object]:
        start, end = self._hour("quiet_from"), self._hour("quiet_until")
        if (start is None) != (end is None):
            self.wrong("quiet_until" if end is None else "quiet_from", "missing")
            return {}
        if (start, end) == (self.below.quiet_from, self.below.quiet_until):
            return {}
        # Two equal hours are how none is written.
        return {"quiet_from": start or MIDNIGHT, "quiet_until": end or MIDNIGHT}

    def _closing(self, known: frozenset[date]) -> tuple[date, ...] | None:
        days: set[date] = set()
        for line in tidy_text(self.values.get("closing_days", "")).replace(",", "\n").split("\n"):
            if line.strip():
                day = _date(line.strip())
                if day is None:
                    self.wrong("closing_days", "date_parsing")
                    return None
                days.add(day)
        return tuple(sorted(days)) if days != known else None

    def day(self) -> date | None:
        """The Norwegian day from which the choices are to hold, if it can be read."""
        return _date(tidy_text(self.values.get("valid_from", "")))

    def _day(self, name: str) -> date | None:
        day = _date(tidy_text(self.values.get(name, "")))
        if day is None:
            self.wrong(name, "date_parsing")
        return day

    def _hour(self, name: str) -> time | None:
        text = tidy_text(self.values.get(name, ""))
        if not text:
            return None
        try:
            return time.fromisoformat(in_iso(text, "time"))
        except ValueError:
            self.wrong(name, "time_parsing")
            return None

    def _number(self, name: str, where: str) -> int | None:
        return self._whole(tidy_text(self.values.get(name, "")), where)

    def _whole(self, text: str, where: str) -> int | None:
        if text.isascii() and text.isdecimal() and len(text) < 7:
            return int(text)
        self.wrong(where, "int_parsing")
        return None


def _choice(offset: int, unit: str, role: str, base: str) -> RungChoice:
    plain: RungChoice = (offset, "wd" if unit == WORKDAYS else "d", role)
    if base == FROM_START:
        return (*plain[:3], "start")
    return (*plain[:3], "due") if base else plain


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(in_iso(text, "date"))
    except ValueError:
        return None


def channel_choices() -> Sequence[tuple[str, str]]:
    """The channels with their names."""
    return [(code, gettext(CHANNEL_NAMES[code])) for code in CHANNELS]
