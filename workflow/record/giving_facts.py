"""Facts of who may say yes for the person, how old she is and when she stopped sharing (A8, P21a)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from workflow.record import giving

if TYPE_CHECKING:
    from workflow.record.lookups import StoredFacts


def _givers(f: StoredFacts) -> Sequence[giving.Giver]:
    return giving.givers(f.conn, f.person_id, f.now)


def _acting_giver(f: StoredFacts, name: str) -> str:
    """Ground or reach of the actor's own representation in force; nothing where there is none."""
    mine = (one for one in f.all_givers if one.party_id == f.actor_id)
    return next((str(getattr(one, name)) for one in mine), "")


def _stopped(f: StoredFacts) -> tuple[datetime | None, str | None]:
    """When and by whom sharing with the form's receiver was last stopped."""
    receiver = getattr(f.form, "party_id", None)
    return giving.stops_of(f.conn, f.plan_id).get(receiver or "", (None, None))


GIVING: Mapping[str, Callable[[StoredFacts], Any]] = {
    "person_age": lambda f: giving.age_of(f.conn, f.person_id, f.today),
    "all_givers": _givers,  # looked up once, whichever of its facts are asked
    "givers": lambda f: tuple(one.ground for one in f.all_givers),
    "acts_as": lambda f: _acting_giver(f, "ground"),
    "acts_within": lambda f: _acting_giver(f, "acts"),
    "last_stop": _stopped,
    "stopped_at": lambda f: f.last_stop[0],
    "stopped_by": lambda f: f.last_stop[1],
}
