"""Facts of who may say yes for the person, how old she is and when she stopped sharing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from workflow.record.access import representatives
from workflow.record.plan.fact_sources import Fact, PageFacts, PlanFacts, StoredFacts, of_form
from workflow.record.shapes.plan import RepresentativeView


def _givers(f: StoredFacts) -> Sequence[representatives.ActingRepresentative]:
    return f.once(
        "representatives", lambda: representatives.list_representatives(f.conn, f.person_id, f.now)
    )


def _givers_on_page(f: PageFacts) -> list[RepresentativeView]:
    """The representatives in force, the first of them first."""
    return sorted(f.view.parts[RepresentativeView], key=lambda one: (one.from_at, one.id))


def _acting(
    f: PlanFacts,
    acting: Iterable[representatives.ActingRepresentative | RepresentativeView],
    name: str,
) -> str:
    """Ground or reach of the actor's own representation in force; nothing where there is none."""
    mine = (one for one in acting if one.party_id == f.actor_id)
    return next((str(getattr(one, name)) for one in mine), "")


def _stop(f: StoredFacts) -> tuple[datetime | None, str | None]:
    """When and by whom sharing with the form's receiver was last stopped."""
    receiver = getattr(f.form, "party_id", None) or ""
    stops = f.once("stops", lambda: representatives.stops_of(f.conn, f.plan_id))
    return stops.get(receiver, (None, None))


GIVING = (
    of_form("person_age", lambda f: representatives.age_of(f.conn, f.person_id, f.today)),
    Fact(
        "representatives",
        lambda f: tuple(one.ground for one in _givers(f)),
        lambda f: tuple(one.ground for one in _givers_on_page(f)),
        of_plan=True,
    ),
    Fact(
        "acts_as",
        lambda f: _acting(f, _givers(f), "ground"),
        lambda f: _acting(f, _givers_on_page(f), "ground"),
        of_plan=True,
    ),
    Fact(
        "acts_within",
        lambda f: _acting(f, _givers(f), "acts"),
        lambda f: _acting(f, _givers_on_page(f), "acts"),
        of_plan=True,
    ),
    of_form("stopped_at", lambda f: _stop(f)[0]),
    of_form("stopped_by", lambda f: _stop(f)[1]),
)
