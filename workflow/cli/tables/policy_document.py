"""The policy as a document, made from the tables that the program itself asks; what holds stands in rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workflow.rules.engine.transition import Transition

LEAD = """# Who may do what

Made from the tables that the program itself asks (`workflow/rules/tables/`, `engine/policy.py`
and `sharing/scopes.py` beside them, and the guards of the pages), by `make policy`. A test holds it against
them. What is not in these tables is not allowed: whoever has no relation to a plan gets 404."""
MACHINES = (("plan", "The plan"), ("measure", "Measures"), ("meeting", "Meetings"))


def write_document() -> str:
    """Everything that follows from the rules alone, as Markdown."""
    parts = (LEAD, reading(), scopes(), *map(steps_of, MACHINES), shares(), relations())
    return "\n\n".join(parts) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; a stroke within a cell would end it."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def reading() -> str:
    """Reading acts by relation."""
    from workflow.rules.engine.policy import READING
    from workflow.rules.engine.vocabulary import RELATIONS

    acts = list(READING)
    rows = [
        (relation, *("✓" if relation in READING[act] else "" for act in acts))
        for relation in RELATIONS
    ]
    return "\n\n".join(
        (
            "## Reading, by relation",
            "Every reading leaves a trace before anything is shown. The state of a plan opens or closes no\n"
            "reading by itself: relations begin and end by steps, consents and dates, and are looked up anew\n"
            "at each request.",
            table(("relation", *acts), rows),
        )
    )


def scopes() -> str:
    """What of a plan each relation sees."""
    from workflow.rules.engine.vocabulary import RELATIONS
    from workflow.rules.sharing.scopes import BY_LAW, CONSENTED, SCOPES

    def cells(relation: str) -> Iterator[str]:
        for scope in SCOPES:
            if relation in CONSENTED:
                yield "consent"
            else:
                yield "law" if scope in BY_LAW[relation] else ""

    return "\n\n".join(
        (
            "## Scopes, by relation",
            "What a reading act shows of a plan. «law»: open to the relation whatever is shared. «consent»: open\n"
            "where the person's consent to this very reader names the scope; it ends at once with the consent.\n"
            "Whoever answers for a measure, or helps with it, always sees that measure.",
            table(("relation", *SCOPES), [(one, *cells(one)) for one in RELATIONS]),
        )
    )


def steps_of(machine: tuple[str, str]) -> str:
    """The rows of one machine: from which state to which, who may, in which scope they lie."""
    from workflow.rules.tables import TABLES

    code, title = machine
    head = ("step", "ref", "from", "to", "who", "herself", "scope", "basis")
    return f"## {title}: steps by state and relation\n\n" + table(head, map(cells_of, TABLES[code]))


def cells_of(row: Transition) -> tuple[str, ...]:
    """One row of the tables as a line of the document."""
    from workflow.cli.tables.tables import can_be_asked_for
    from workflow.rules.engine.policy import person_can_start, who_may
    from workflow.rules.tables.scope_map import scope_of_row

    herself = "✓" if person_can_start(row) else "asks" if can_be_asked_for(row) else ""
    return (
        row.name,
        row.ref,
        ", ".join(row.sources),
        row.dest,
        ", ".join(who_may(row)),
        herself,
        scope_of_row(row.name),
        row.basis,
    )


def shares() -> str:
    """How much of it the person can start herself."""
    from workflow.cli.tables.tables import can_be_asked_for, human_rows
    from workflow.rules.engine.policy import person_can_start

    rows = human_rows()
    own = [row for row in rows if person_can_start(row)]
    asking = [row for row in rows if person_can_start(row) or can_be_asked_for(row)]
    return "\n\n".join(
        (
            "## What the person can start herself",
            f"Of {len(rows)} steps that people take, the person starts {len(own)} ({len(own) / len(rows):.0%}) "
            f"herself, on screen or on paper («✓»);\n"
            f"with those she asks for by a wish that must be answered («asks») it is {len(asking)} "
            f"({len(asking) / len(rows):.0%}).",
        )
    )


def relations() -> str:
    """The same the other way round: each relation with its steps."""
    from workflow.rules.engine.policy import who_may
    from workflow.rules.engine.vocabulary import RELATIONS
    from workflow.rules.tables import TRANSITIONS

    rows = [
        (one, ", ".join(row.name for row in TRANSITIONS.values() if one in who_may(row)) or "none")
        for one in RELATIONS
    ]
    return "## Steps, by relation\n\n" + table(("relation", "steps"), rows)
