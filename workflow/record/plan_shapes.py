"""What stands under a plan, as pages read it: one frozen shape per noun; how they are read stands in plan_view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


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
    own_words: str
    clarified: str
    condition: str
    position: int
    version: int

    @property
    def text(self) -> str:
        """What to call the goal: the clarified words, else the person's own."""
        return self.clarified or self.own_words


@dataclass(frozen=True, slots=True)
class Around:
    """A participant; left_at says that they are no longer here."""

    id: str
    party_id: str | None
    kind: str
    level: str
    leave_code: str
    companion_of: str | None
    name: str
    role: str
    organisation: str
    phone: str
    can_do: str
    from_at: datetime
    left_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class OfferView:
    """An open offer: kind coordinator, authority, transfer, measure, confirm_error, undo."""

    id: str
    kind: str
    subject_id: str
    to_party_id: str | None
    to_unit_id: str | None
    from_state: str
    from_party_id: str | None
    to_code: str | None
    to_name: str
    first_appointment: str
    gaps: str
    discharge_on: date | None
    sent_at: datetime
    expires_at: datetime | None
    asked_because: str


@dataclass(frozen=True, slots=True)
class Due:
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
    from_party_id: str | None
    to_party_id: str | None
    words: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class CalledView:
    """One invited to a meeting, with the reply and who comes instead."""

    meeting_id: str
    party_id: str
    reply: str
    came: str
    reason: str
    stand_in: str


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A meeting with those who are called."""

    id: str
    kind: str
    state: str
    chair_id: str | None
    minute_taker_id: str | None
    person_present: str
    place: str
    agenda: str
    written_view: str
    support_person: str
    minutes: str
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
    row_id: str
    subject_id: str
    actor_id: str | None
    at: datetime
    text: Mapping[str, Any]
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision, newest first in the view."""

    id: str
    kind: str
    regime: str
    made_by: str | None
    notified_how: str
    document_id: str | None
    reasons: str
    archive_case: str
    made_on: date
    effective_from: date
    appeal_until: date | None
    retroactive: bool


@dataclass(frozen=True, slots=True)
class Sharing:
    """A consent in force; receiver_id None is the plan itself."""

    id: str
    receiver_id: str | None
    source: str
    last_discussed_on: date | None
    discuss_again_on: date | None
    from_at: datetime
    until_at: datetime | None
    scopes: frozenset[str] = frozenset()
    given_as: str = ""
    document_id: str | None = None
    kept_from_parents: bool = False


@dataclass(frozen=True, slots=True)
class SubPlanView:
    """A more concrete plan that lies elsewhere: where, whose, when it is looked at."""

    id: str
    title: str
    owner_system: str
    link: str
    responsible: str
    review_on: date | None


@dataclass(frozen=True, slots=True)
class HealthNoteView:
    """A note on the person's health that holds now."""

    id: str
    written_by: str | None
    words: str
    written_at: datetime
