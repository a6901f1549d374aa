"""The commands `diagram` and `policy`, printed from the tables themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from workflow.cli.base.answer import json_option, print_answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workflow.rules.engine.transition import Transition

MACHINES = ("plan", "measure", "meeting")


def register(group: click.Group) -> None:
    """Adds the commands to the group `planlop`."""
    group.add_command(diagram)
    group.add_command(policy)


@click.command()
@click.argument("machine", type=click.Choice(MACHINES))
@json_option
def diagram(machine: str) -> None:
    """Prints MACHINE as a Mermaid state diagram."""
    text = "\n".join(["stateDiagram-v2", *arrows(machine)])
    print_answer({"machine": machine, "mermaid": text}, text)


def arrows(machine: str) -> Iterator[str]:
    """One arrow for each source and destination, with the rows that take it."""
    from workflow.rules.tables import TABLES

    taken: dict[tuple[str, str], list[str]] = {}
    for row in TABLES[machine]:
        for source, dest in ways(row):
            taken.setdefault((source, dest), []).append(f"{row.name} ({row.ref})")
    for (source, dest), names in taken.items():
        yield f"    {source} --> {dest}: {', '.join(names)}"


def ways(row: Transition) -> Iterator[tuple[str, str]]:
    """Where a row leads; rows that leave the state as it is have no arrow."""
    from workflow.rules.engine.vocabulary import START, STATE_BEFORE, UNCHANGED

    if row.dest == UNCHANGED:
        return
    for source in row.sources:
        dest = "before" if row.dest == STATE_BEFORE else row.dest
        if source != dest:
            yield "[*]" if source == START else source, dest


@click.command()
@json_option
def policy() -> None:
    """Prints who may do what, and how much of it the person can start herself."""
    from workflow.rules.engine.policy import READING

    rows = [line(row) for row in human_rows()]
    own = [one for one in rows if one["person"]]
    share = round(len(own) / len(rows), 3)
    asking = [one for one in rows if one["person"] or one["by_asking"]]
    data = {
        "steps": rows,
        "reading": {act: sorted(who) for act, who in READING.items()},
        "person_starts": share,
        "person_starts_or_asks": round(len(asking) / len(rows), 3),
    }
    print_answer(data, "\n".join(in_words(data)))


def human_rows() -> list[Transition]:
    """The rows that people take; those of the clock alone are left out."""
    from workflow.rules.tables import TRANSITIONS

    return [
        row for row in TRANSITIONS.values() if row.persons_own or set(row.relations) - {"clock"}
    ]


def line(row: Transition) -> dict[str, Any]:
    """One row: who may take it, and whether the person can start it or ask for it."""
    from workflow.rules.engine.policy import person_can_start, who_may

    return {
        "step": row.name,
        "ref": row.ref,
        "machine": row.machine,
        "from": list(row.sources),
        "to": row.dest,
        "who": list(who_may(row)),
        "person": person_can_start(row),
        "by_asking": can_be_asked_for(row),
        "basis": row.basis,
    }


def can_be_asked_for(row: Transition) -> bool:
    """Whether the person's own wish reaches whoever takes the row: the coordinator or an office."""
    from workflow.rules.engine.vocabulary import COORDINATORS

    return bool({*COORDINATORS, "deciding_unit", "coordinating_unit"} & set(row.relations))


def in_words(data: dict[str, Any]) -> Iterator[str]:
    """The table for a terminal."""
    for one in data["steps"]:
        mark = "*" if one["person"] else ("?" if one["by_asking"] else " ")
        yield f"{mark} {one['step']:36} {one['ref']:5} {', '.join(one['who'])}"
    for act, who in data["reading"].items():
        yield f"  {act:34} {', '.join(who)}"
    yield f"* the person starts it herself: {data['person_starts']:.0%}"
    yield f"? or by asking for it: {data['person_starts_or_asks']:.0%}"
