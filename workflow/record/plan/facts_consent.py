"""Facts of who may say yes for the person, how old she is and when she stopped sharing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from workflow.record.access import representatives
from workflow.record.plan.fact_sources import Fact, PlanFacts, StoredFacts, of_form
from workflow.record.plan.facts_pending import givers_on_page, list_givers, person_of
from workflow.record.shapes.plan import RepresentativeView


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
    of_form("person_age", lambda f: representatives.age_of(f.conn, person_of(f), f.today)),
    Fact(
        "acts_as",
        lambda f: _acting(f, list_givers(f), "ground"),
        lambda f: _acting(f, givers_on_page(f), "ground"),
        of_plan=True,
    ),
    Fact(
        "acts_within",
        lambda f: _acting(f, list_givers(f), "acts"),
        lambda f: _acting(f, givers_on_page(f), "acts"),
        of_plan=True,
    ),
    of_form("stopped_at", lambda f: _stop(f)[0]),
    of_form("stopped_by", lambda f: _stop(f)[1]),
)
