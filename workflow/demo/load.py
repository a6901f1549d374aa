"""Fills an empty database with the invented municipality, by the use cases that everybody goes through."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.acts.planfile.importer import ImportResult, move_days, tell_file
from workflow.acts.planfile.yaml_text import read_file
from workflow.demo import asked, chosen, ending, overseen, running
from workflow.demo import town as towns
from workflow.demo.telling import DemoStory
from workflow.record.models import Delivery, Notice
from workflow.rules.calendar.clock import oslo_date

FRESH_DAYS = 10
NARVIK = Path(__file__).with_name("narvik.yaml")
ROLE_WORDS = {
    "decider": "decides who gets a plan",
    "coordinator": "coordinates plans",
    "coordinating": "the coordinating unit",
    "leader": "leads a unit",
    "privacy_officer": "looks after privacy",
    "administrator": "administrator",
}
# What each is shown for: the first role in whose name the demo is tried.
SHOWN = {
    "oda": "decider",
    "mona": "coordinator",
    "lars": "leader",
    "liv": "coordinating",
    "berit": "coordinator",
    "pia": "privacy_officer",
    "leif": "administrator",
}
SHOWN_PERSONS = {
    "kim": "a person with a plan",
    "nora": "17 years old",
    "mor": "parent of Emil",
    "sol": "a relative: the sister of somebody with a plan",
}


def load_demo(session: Session, now: datetime) -> None:
    """Loads the municipality in the caller's transaction; all times are counted back from now.

    now is an aware UTC instant. Raises what the use cases raise: the demo has no way around them.
    """
    town = towns.build(session, now)
    tell_narvik(town)
    for tell in (*asked.ALL, *running.ALL, *ending.ALL):
        tell(DemoStory(town))
    overseen.oversee(town)
    read_old_notices(session, town.ago(FRESH_DAYS))
    chosen.choose(town)


def tell_narvik(town: towns.Town) -> ImportResult:
    """The story in narvik.yaml, moved so that it is told today; Kim's plan is in mid-life."""
    file, source = read_file(NARVIK.read_bytes())
    assert file.told_on is not None
    days = (oslo_date(town.now) - file.told_on).days
    operator = town.actor("operator")
    return tell_file(town.session, operator, move_days(file, days), source, town.now, as_told=True)


def read_old_notices(session: Session, before: datetime) -> None:
    """What happened some days ago has been read, and its e-mail went out then."""
    old = select(Notice.id).where(Notice.created_at < before)
    session.execute(
        update(Delivery).where(Delivery.notice_id.in_(old)).values(state="sent", ended_at=before)
    )
    session.execute(update(Notice).where(Notice.created_at < before).values(read_at=before))


def demo_sign_ins() -> Iterable[tuple[str, str]]:
    """Name and role of those whom the start of the demo proposes to sign in as."""
    for key, role in SHOWN.items():
        name, _, unit, _ = towns.STAFF[key]
        yield name, f"{ROLE_WORDS[role]} ({towns.UNITS[unit][0]})"
    for key, words in SHOWN_PERSONS.items():
        yield (towns.PERSONS.get(key) or towns.OTHERS[key])[0], words
