"""Which steps stand where on the plan page, by state: the next ones, those not open yet, and all others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from web.staff.buttons import Buttons
from web.steps import NotYet, Step
from web.words import N_, gettext
from workflow.rules.denials import Denial

# The first step of a state that is open is its main one.
NEXT: Mapping[str, tuple[str, ...]] = {
    "requested": ("P3", "P4", "A21", "A15", "A16", "P8", "P5", "P6"),
    "decided": ("C5", "P13y", "P13n", "P7", "P13", "P24a", "P24b", "P25", "P6"),
    "active": ("C6", "P13y", "P13n", "P9", "P9d", "V1", "P12b", "P21u", "P12a", "P15"),
    "reviewed": ("P11", "P13y", "P13n", "P20", "V1", "P12b", "P21u", "P12a", "P15"),
    "transferred": ("P16", "P18a", "P18c", "P19", "P5a", "V1"),
    "closed": ("P26a", "P26b", "P21v", "P24a", "P24b"),
}
AWAITED: Mapping[str, tuple[str, ...]] = {
    "requested": ("P3", "P8"),
    "decided": ("P7",),
    "active": ("P20", "C6", "P9"),
    "reviewed": ("P20", "P11"),
    "transferred": ("P20", "P15"),
    "closed": ("P26a",),
}
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("Kontakt"), ("A9", "A10", "A11", "A13", "A13c", "A14", "A15", "A16", "A21", "A18")),
    (N_("Mål og ramme"), ("A1", "A2", "A3", "A4", "A22", "A17", "A35", "A36", "A24", "A30")),
    (N_("Folk"), ("A5", "A23", "A6", "A7", "A8", "A42", "A43", "P21a", "A19")),
    (N_("Koordinator"), ("P13", "P13y", "P13n", "P13u", "P13w", "P14", "P14b", "A25", "A27")),
    (N_("Tiltak og møter"), ("M1", "V1")),
    (
        N_("Pause og avslutning"),
        ("P12a", "P12b", "P21b", "P21u", "P21c", "P21v", "P22b", "P20", "P20b", "P6", "P22a"),
    ),
    (N_("Overføring"), ("P15", "P5", "P16", "P18a", "P18c", "P19", "P5a")),
    (
        N_("Vedtak og klage"),
        (
            "P3",
            "P4",
            "P8",
            "P9",
            "P9d",
            "P23",
            "A20",
            "A31",
            "A37",
            "A39",
            "A38",
            "A41",
            "P24a",
            "P24b",
            "P25",
            "P26a",
            "P26b",
            "A26",
        ),
    ),
    (N_("Feil"), ("P27o", "P27")),
)
ASIDE = frozenset({"P10", "P7", "A12"})  # they have a place of their own on the page


@dataclass(frozen=True)
class Card:
    """The card of next steps: open ones, those not open yet, and the rest by subject."""

    open: tuple[Step, ...]
    not_yet: tuple[NotYet, ...]
    more: tuple[tuple[str, tuple[Step, ...]], ...]


def card(buttons: Buttons) -> Card:
    """The steps of the plan itself, as the reader may take them now."""
    state = buttons.view.plan.state
    shown = [step_id for step_id in NEXT[state] if is_open(buttons, step_id)]
    shown = drop_twins(shown)[:6]
    steps = tuple(buttons.step(one, main=n == 0) for n, one in enumerate(shown))
    return Card(steps, tuple(awaited(buttons, state, shown)), others(buttons, shown))


def drop_twins(shown: list[str]) -> list[str]:
    """The single rows of a composite are left out beside it."""
    twins = {"C5": ("P13y", "P7"), "C6": ("P10",)}
    gone = {row for one in shown for row in twins.get(one, ())}
    return [one for one in shown if one not in gone]


def is_open(buttons: Buttons, step_id: str) -> bool:
    """Whether the step, or a composite's first row, may be taken now by this reader."""
    if not buttons.reads and not buttons.own(step_id):
        return False
    if step_id == "C6":
        return buttons.of_plan.allows("P10")
    if step_id == "C5":
        granted = buttons.view.plan.outcome == "granted" and buttons.view.plan.state == "decided"
        return granted and buttons.of_plan.allows("P13y")
    return buttons.of_plan.allows(step_id)


def awaited(buttons: Buttons, state: str, shown: list[str]) -> Iterable[NotYet]:
    """The steps that people wait for and cannot take now, with why."""
    for step_id in AWAITED[state]:
        row_id = "P10" if step_id == "C6" else step_id
        reasons = told(buttons.of_plan.closed.get(row_id, ()))
        mine = not any(one.code == "not_yours_to_decide" for one in reasons)
        if reasons and step_id not in shown and (mine or row_id in ("P9", "P3", "P26a")):
            if row_id == "P9" and not buttons.view.plan.informal:
                continue
            yield buttons.not_yet(step_id, reasons)


def told(reasons: tuple[Denial, ...]) -> tuple[Denial, ...]:
    """The reasons worth telling: «not in that state» says nothing beside a reason that helps."""
    useful = tuple(one for one in reasons if not one.code.startswith("wrong_state"))
    if any(one.code == "not_yours_to_decide" for one in useful):
        return tuple(one for one in useful if one.code == "not_yours_to_decide")
    return useful or reasons


def others(buttons: Buttons, shown: list[str]) -> tuple[tuple[str, tuple[Step, ...]], ...]:
    """Every other open step of the plan, by what it is about, so that each can be reached."""
    found = []
    for name, listed in GROUPS:
        steps = tuple(
            buttons.step(one)
            for one in listed
            if one not in shown and one not in ASIDE and is_open(buttons, one)
        )
        if steps:
            found.append((gettext(name), steps))
    return tuple(found)
