"""What a command works on: the database, a plan, a party and who acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from workflow.cli.base.answer import CommandError
from workflow.cli.base.surroundings import of_database
from workflow.record.in_force import has_account

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from workflow.record.access.open_plan import Actor
    from workflow.record.models import Party, Plan
    from workflow.settings import Settings


@contextmanager
def open_database(settings: Settings | None = None, code: str | None = None) -> Iterator[Engine]:
    """An engine on the database of the municipality that the command works in, or of these settings.

    code: whose record it must be; the municipality that was chosen where none is given. Closed after
    the block. Raises CommandError when it is down, or another municipality's.
    """
    from sqlalchemy.exc import DBAPIError

    from workflow.cli.base.municipalities import municipality_here, settings_here
    from workflow.record.database.engine import make_engine, refuse_other
    from workflow.settings import load_settings

    engine = make_engine((settings or settings_here()).database_url)
    if code is None:
        code = "" if settings else municipality_here(load_settings()).code
    refuse_other(engine, code)
    try:
        yield engine
    except DBAPIError as down:
        if told := of_database(down):
            raise told from down
        raise
    finally:
        engine.dispose()


def record_language() -> str:
    """The language that sentences of the record are told in: the installation's first one."""
    from workflow.settings import load_settings

    return load_settings().languages[0]


def find_plan(session: Session, text: str) -> Plan:
    """The plan with that number or id. Raises CommandError."""
    from sqlalchemy import or_, select

    from workflow.record.models import Plan

    query = select(Plan).where(or_(Plan.id == text, Plan.number == text.upper()))
    plans = session.execute(query).scalars().all()
    if len(plans) != 1:
        raise CommandError("not_there", f"There is no plan {text} for you.")
    return plans[0]


def find_party(session: Session, text: str) -> Party:
    """The party with that id, e-mail or whole name. Raises CommandError where not exactly one."""
    from sqlalchemy import or_, select

    from workflow.record.models import Party
    from workflow.record.same_party import has_email, has_name

    same = or_(Party.id == text, has_email(Party, text), has_name(Party, text))
    query = select(Party).where(same, has_account(Party))
    # Nobody acts by guess: with two of one name the command asks for an id.
    parties = session.execute(query.limit(3)).scalars().all()
    if len(parties) != 1:
        why = "more than one" if parties else "nobody"
        raise CommandError("party", f"There is {why} with the id, e-mail or name {text!r}.")
    return parties[0]


def find_actor(session: Session, name: str | None) -> Actor:
    """Who acts: the operator, in the name of a party where one is named. Raises CommandError."""
    from workflow.record.access.open_plan import Actor

    if name is None:
        return Actor.operator()
    return Actor(find_party(session, name).id, by_operator=True)
