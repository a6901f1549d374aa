"""Acts on what is shared and on health notes (A8, A29, A35, A36, A42, A43); they move no state."""

from __future__ import annotations

from workflow.rules import plan_guards as p
from workflow.rules import sharing_guards as s
from workflow.rules.row import Row
from workflow.rules.scopes import ANYBODYS, HEALTH
from workflow.rules.vocabulary import COORDINATORS, NOT_CLOSED, UNCHANGED

RELATIVES = ("T13.relatives",)  # counted anew whenever what relatives see changes


def _act(id: str, trigger: str, **rest: object) -> Row:
    """A row that leaves the state unchanged; open in every state but closed, paused or not."""
    given: dict[str, object] = {"when_paused": True, **rest}
    return Row(id, "plan", trigger, NOT_CLOSED, UNCHANGED, **given)  # type: ignore[arg-type]


SHARING_ROWS = (
    _act(
        "A8",
        "give_consent",
        p=True,
        guards=(p.sharing_ends_later, *s.CHOOSING),
        starts=("T13.expiry", *RELATIVES),
        tells=("person",),
        scope=ANYBODYS,
        basis="2.3, litra h, pbrl §§ 4-3 and 4-4",
    ),
    _act(
        "A29",
        "sharing_lapsed",
        by=("clock",),
        starts=RELATIVES,
        meets=("T13.expiry",),
        tells=("person", "coordinator"),
        scope=ANYBODYS,
        basis="2.3, the period that the person gave",
        life=False,
    ),
    _act(
        "A35",
        "write_health",
        p=True,
        by=("accountable",),
        tells=("person",),
        scope=HEALTH,
        basis="2.3, litra a",
    ),
    _act(
        "A36",
        "end_health",
        p=True,
        by=("accountable",),
        tells=("person",),
        scope=HEALTH,
        basis="2.3, litra a",
    ),
    _act(
        "A42",
        "talk_about_sharing",
        by=COORDINATORS,
        starts=RELATIVES,
        tells=("person",),
        scope=ANYBODYS,
        basis="2.6, T13",
    ),
    _act(
        "A43",
        "keep_signed_copy",
        by=COORDINATORS,
        tells=("person",),
        scope=ANYBODYS,
        in_plan_file=False,
        basis="2.3, F28",
        life=False,
    ),
)
