"""What stands under a plan, as pages read it: one frozen shape per noun.

A field says in its type what privacy asks of it: `Prose` is what people wrote, which is masked
where a place is protected, and `PartyId` is somebody whose name the page needs. So a field that is
added cannot be forgotten by a filter that stands elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from typing import Annotated, Any, TypeVar, get_args, get_type_hints

Shape = TypeVar("Shape")


class Mark(Enum):
    """What a field's type says beside its Python type."""

    PROSE = auto()
    PARTY = auto()


Prose = Annotated[str, Mark.PROSE]
PartyId = Annotated[str, Mark.PARTY]


def marks_of(annotation: Any) -> frozenset[Mark]:
    """The marks of an annotation, of `PartyId | None` too."""
    inner = (mark for one in get_args(annotation) for mark in marks_of(one))
    own = (one for one in getattr(annotation, "__metadata__", ()) if isinstance(one, Mark))
    return frozenset((*own, *inner))


# Reading annotations costs more than reading a page's rows: done once for each shape.
_MARKED: dict[tuple[type[Any], Mark], tuple[str, ...]] = {}


def marked_fields(shape: type[Any], mark: Mark) -> tuple[str, ...]:
    """The names of a shape's fields that carry a mark."""
    names = _MARKED.get((shape, mark))
    if names is None:
        hints = get_type_hints(shape, include_extras=True)
        names = tuple(name for name, hint in hints.items() if mark in marks_of(hint))
        _MARKED[shape, mark] = names
    return names


@dataclass(frozen=True, slots=True)
class Human:
    """A party as others meet it; away_until and the substitute while absent (aware UTC)."""

    id: str
    name: str
    phone: str = ""
    email: str = ""
    title: str = ""
    organisation: str = ""
    away_until: datetime | None = None
    substitute_id: str | None = None
    substitute_name: str = ""
    substitute_phone: str = ""
    protection: str = ""


NOBODY = Human("", "")


@dataclass(frozen=True, slots=True)
class GoalView:
    """A goal: the person's own words first; status open, met or dropped."""

    id: str
    status: str
    own_words: Prose
    clarified: Prose
    condition: Prose
    position: int
    version: int

    @property
    def text(self) -> str:
        """What to call the goal: the clarified words, else the person's own."""
        return self.clarified or self.own_words


@dataclass(frozen=True, slots=True)
class ParticipantView:
    """A participant; left_at says that they are no longer here."""

    id: str
    party_id: PartyId | None
    kind: str
    level: str
    leave_code: str
    companion_of: str | None
    name: Prose
    role: Prose
    organisation: Prose
    phone: Prose
    can_do: Prose
    from_at: datetime
    left_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class OfferView:
    """An open offer: kind coordinator, authority, transfer, measure, confirmation, undo."""

    id: str
    kind: str
    subject_id: str
    to_party_id: PartyId | None
    to_unit_id: str | None
    from_state: str
    from_party_id: PartyId | None
    to_code: str | None
    to_name: Prose
    first_appointment: Prose
    gaps: Prose
    discharge_on: date | None
    sent_at: datetime
    expires_at: datetime | None
    asked_because: Prose
    asked_step: str
    asked_form: Prose


@dataclass(frozen=True, slots=True)
class DeadlineView:
    """An open deadline: basis is law or local, state open or paused, due_at aware UTC."""

    id: str
    code: str
    basis: str
    subject_kind: str
    subject_id: str
    state: str
    source: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class WishView:
    """A wish, message or proposal of somebody that waits for an answer."""

    id: str
    kind: str
    step: str
    subject_id: str | None
    from_party_id: PartyId | None
    to_party_id: PartyId | None
    words: Prose
    sent_at: datetime
    longer_at: datetime | None  # more time was taken for a request for access


@dataclass(frozen=True, slots=True)
class CalledView:
    """One invited to a meeting, with the reply and who comes instead."""

    meeting_id: str
    party_id: PartyId
    reply: str
    came: str
    reason: Prose
    stand_in: Prose


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A meeting with those who are called."""

    id: str
    kind: str
    state: str
    chair_id: PartyId | None
    minute_taker_id: PartyId | None
    person_present: str
    place: Prose
    agenda: Prose
    written_view: Prose
    support_person: Prose
    minutes: Prose
    held_on: date | None
    starts_at: datetime
    called_at: datetime | None
    version: int
    called: tuple[CalledView, ...] = ()


@dataclass(frozen=True, slots=True)
class EventView:
    """One event: `text` is the hashed content (codes, ids), `words` what people wrote."""

    id: str
    seq: int
    step_name: str
    subject_id: str
    actor_id: PartyId | None
    at: datetime
    text: Mapping[str, Any]
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision, newest first in the view."""

    id: str
    kind: str
    regime: str
    made_by: PartyId | None
    notified_how: str
    document_id: str | None
    reasons: Prose
    archive_case: Prose
    made_on: date
    effective_from: date
    appeal_until: date | None
    retroactive: bool


@dataclass(frozen=True, slots=True)
class Sharing:
    """A consent in force; receiver_id None is the plan itself."""

    id: str
    receiver_id: PartyId | None
    source: str
    last_discussed_on: date | None
    discuss_again_on: date | None
    from_at: datetime
    until_at: datetime | None
    scopes: frozenset[str]
    given_as: str
    document_id: str | None
    kept_from_parents: bool
    recorded_by: PartyId | None


@dataclass(frozen=True, slots=True)
class HealthNoteView:
    """A note on the person's health that holds now."""

    id: str
    written_by: PartyId | None
    words: Prose
    written_at: datetime


@dataclass(frozen=True, slots=True)
class TenureView:
    """Who holds a role now: responsible, coordinator, acting or contact."""

    role: str
    party_id: PartyId | None
    unit_id: str | None
    from_at: datetime


@dataclass(frozen=True, slots=True)
class HelperView:
    """A named helper of a measure."""

    measure_id: str
    party_id: PartyId


@dataclass(frozen=True, slots=True)
class AttemptView:
    """A try to reach the person; told_on: its Norwegian day, for a plan from a file as it tells."""

    id: str
    seq: int
    told_on: date


@dataclass(frozen=True, slots=True)
class ComplaintView:
    """A complaint that waits for its outcome; about: denial, content, coordinator, delay, ending.

    outcome: '' where the office looks at it, forwarded where the county governor does.
    """

    id: str
    about: str
    words: Prose
    received_on: date
    outcome: str


@dataclass(frozen=True, slots=True)
class SubPlanView:
    """A more concrete plan elsewhere that this one points to."""

    id: str
    title: Prose
    owner_system: Prose
    link: Prose
    responsible: Prose
    review_on: date | None


@dataclass(frozen=True, slots=True)
class RepresentativeView:
    """Somebody who acts for the person now, on what ground; acts: what is left out."""

    id: str
    party_id: PartyId
    ground: str
    acts: Prose
    from_at: datetime


@dataclass(frozen=True, slots=True)
class LastStepView:
    """The last step of one subject, however long ago: it may be taken back."""

    id: str
    step_name: str
    subject_id: str
    actor_id: PartyId | None
    at: datetime
    text: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DataRequestView:
    """A request about data that waits for its answer; longer_at: more time was taken."""

    id: str
    longer_at: datetime | None


@dataclass(frozen=True, slots=True)
class OtherPlanView:
    """That the person has another open plan; which one is not this page's to know."""


# What the rules alone ask of the whole plan: no reader sees it, and nobody's name is read for it.
OF_RULES: frozenset[type[Any]] = frozenset({LastStepView, DataRequestView, OtherPlanView})


@dataclass(frozen=True, slots=True)
class UnitView:
    """One of the plan's units: it receives or decides, serves, or answers for the plan."""

    id: str
    kind: str
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class MunicipalityView:
    """The municipality's own header; decision_model is A, B or C."""

    number: str
    decision_model: str
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class PlanParts:
    """What was read under one plan, each shape's rows under the shape itself."""

    rows: Mapping[type[Any], tuple[Any, ...]]

    def __getitem__(self, shape: type[Shape]) -> tuple[Shape, ...]:
        return self.rows[shape]

    def replace(self, changed: Mapping[type[Any], Iterable[Any]]) -> PlanParts:
        """The same parts with other rows of some shapes."""
        return PlanParts({**self.rows, **{shape: tuple(rows) for shape, rows in changed.items()}})
