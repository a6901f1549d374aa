"""How a reader stands to one plan, and the plan as it was opened for her."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workflow.record.access.redaction import redact_plan
from workflow.record.models import Plan
from workflow.rules.engine.policy import READING, may_read
from workflow.rules.engine.transition import Transition
from workflow.rules.engine.vocabulary import COORDINATORS
from workflow.rules.sharing.scopes import NOTHING, Visibility, unite_scopes

# Who hears what the person says of others. Nobody who acts for her: a child says some of it unheard
# by the parents.
HEARS_ALONE = frozenset({"person", *COORDINATORS, "operator"})
OWN_PAGES = "own_pages"  # what a lent screen is lent for
# Who hears whom the person lets in and whom she leaves out again: those who let in, and who must know.
HEARS_OF_SHARING = HEARS_ALONE | {"representative", "privacy_officer", "emergency"}


@dataclass(frozen=True, slots=True)
class PlanAccess:
    """How an actor stands to a plan: relations, per subject too, and for whom they stand in.

    by_subject ties accountable and helper to a measure and receiver to an offer. stand_ins has
    the relations that are held only in somebody else's place, with whose. scopes: what the
    relations that open reading let the actor see together; held: each with its stored consent.
    unheard: the parties that a child keeps from the actor, who is a parent. lender: how whoever lends
    the screen stands to the plan; what is seen there is what both may see.
    """

    relations: frozenset[str]
    by_subject: frozenset[tuple[str, str]]
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    scopes: frozenset[str] = NOTHING
    held: tuple[tuple[str, str | None], ...] = ()
    party_id: str | None = None
    unheard: frozenset[str] = NOTHING
    lender: PlanAccess | None = None

    def may_open(self, act: str) -> bool:
        """Whether a relation opens a reading act; at a lent screen the person's own pages and no more."""
        both = self.lender is None or act == OWN_PAGES or may_read(act, self.lender.relations)
        return both and may_read(act, self.relations)

    def visibility(self, act: str = "read") -> Visibility:
        """What the actor sees of the plan by the relations that open a reading act."""
        scopes = self.scopes if act == "read" else unite_scopes(self.held, READING[act])
        if self.lender is not None:
            scopes &= self.lender.scopes
        office = "deciding_unit" in self.relations
        own = frozenset(subject for _, subject in self.by_subject)
        me = self.party_id or ""
        return Visibility(
            scopes,
            own,
            me if office else "",
            bool(HEARS_ALONE & self.relations),
            me,
            bool(HEARS_OF_SHARING & self.relations),
            self.unheard,
        )

    def towards(self, subject_id: str | None) -> frozenset[str]:
        """The relations that count for one measure or offer: accountable of this one only."""
        tied = {"accountable", "helper"}
        free = self.relations - tied
        return free | {r for r, subject in self.by_subject if subject == subject_id}

    def relations_for(
        self, row: Transition, subject_id: str | None, offer: Callable[[], Mapping[str, Any] | None]
    ) -> frozenset[str]:
        """The relations that count for a row: accountable of this measure, receiver of this offer.

        On the plan and its meetings everybody around counts. The offer is asked for only where
        the actor is the receiver of some offer.
        """
        tied = row.machine == "measure" and subject_id is not None
        relations = self.towards(subject_id) if tied else self.relations
        if "receiver" not in self.relations:
            return relations
        asked = offer() if "receiver" in row.relations else None
        mine = asked is not None and ("receiver", asked["id"]) in self.by_subject
        return relations | {"receiver"} if mine else relations - {"receiver"}


def make_access(rows: Iterable[Sequence[Any]], party_id: str | None = None) -> PlanAccess:
    """The standing that rows of the relations query for one plan make together."""
    listed = list(rows)
    own = {r[1] for r in listed if not r[3]}
    held = tuple((r[1], r[4]) for r in listed)
    return PlanAccess(
        frozenset(r[1] for r in listed),
        frozenset((r[1], r[2]) for r in listed if r[2]),
        {r[1]: r[3] for r in listed if r[3] and r[1] not in own},
        unite_scopes(held, READING["read"]),
        held,
        party_id,
    )


@dataclass(frozen=True, slots=True)
class OpenPlan:
    """A plan opened for reading, with the standing that opened it and the ground traced.

    plan: the row without what the reader does not see; stored: the row as it stands, for the
    rules' look-ups alone.
    """

    plan: Plan
    access: PlanAccess
    ground: str
    act: str = "read"
    stored: Plan = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "stored", self.plan)
        object.__setattr__(self, "plan", redact_plan(self.plan, self.visibility))

    @property
    def relations(self) -> frozenset[str]:
        """Every relation of the reader to this plan."""
        return self.access.relations

    @property
    def visibility(self) -> Visibility:
        """What the reader sees of the plan by the act it was opened for."""
        return self.access.visibility(self.act or "read")

    @property
    def scopes(self) -> frozenset[str]:
        """The scopes the reader sees."""
        return self.visibility.scopes
