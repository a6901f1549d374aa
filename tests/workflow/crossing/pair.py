"""Two municipalities, each in its own database, that hand plans over to each other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.servers.databases import Backend, copied
from tests.world import AGREED, World, make_world
from workflow.acts.crossing import answer
from workflow.acts.crossing.apply import apply_messages
from workflow.acts.neighbours import directory
from workflow.acts.neighbours.ask import CROSSING
from workflow.acts.neighbours.carrier import Courier, HereCourier, carry_messages
from workflow.acts.neighbours.keys import Keyring
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Plan
from workflow.rules.names.steps import PlanStep

HERE, THERE = "9101", "9102"
IDENTITY = "an identity key of a test, long enough to be one"
NATIONAL_ID = "01815010260"


@dataclass(frozen=True)
class Entry:
    """A municipality as the registry names it."""

    code: str
    name: str
    telephone: str
    public_key: str
    base_url: str = "https://kommune.example.no"


@dataclass
class Side:
    """One municipality: its world and its keys."""

    code: str
    world: World
    keyring: Keyring

    @property
    def engine(self) -> Engine:
        return self.world.engine

    def crossings(self) -> list[dict[str, Any]]:
        """What this side knows of hand-overs, the oldest first."""
        with Session(self.engine) as session:
            query = select(CROSSING).order_by(CROSSING.c.id)
            return [dict(row) for row in session.execute(query).mappings()]

    def plans(self) -> list[Plan]:
        """Every plan here."""
        with Session(self.engine) as session:
            return list(session.scalars(select(Plan).order_by(Plan.created_at)))


@dataclass
class Pair:
    """Sender and receiver, and a courier between them."""

    here: Side
    there: Side
    courier: Courier = field(init=False)

    def __post_init__(self) -> None:
        engines = {side.code: side.engine for side in (self.here, self.there)}
        self.courier = HereCourier(engines.__getitem__)

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.here, self.there

    @property
    def now(self) -> datetime:
        return self.here.world.now

    def later(self, **span: float) -> None:
        """Time passes for both."""
        for side in self.sides:
            side.world.later(**span)

    def carry(self) -> None:
        """Both carry what waits, once."""
        for side in self.sides:
            carry_messages(side.engine, self.courier, side.keyring, side.world.now)

    def apply(self) -> None:
        """Both act on what has come, once."""
        for side in self.sides:
            apply_messages(side.engine, side.keyring, side.world.now)

    def talk(self, rounds: int = 4) -> None:
        """All messages arrive and are acted on."""
        for _ in range(rounds):
            self.carry()
            self.apply()

    def ask(self, plan: str, **more: Any) -> str:
        """Mona asks the neighbour; the hand-over's key."""
        fields = {"to_neighbour": self.there.code, "reason": "Flytter", **AGREED, **more}
        self.here.world.take("mona", PlanStep.OFFER_TRANSFER, plan, **fields)
        return str(self.here.crossings()[-1]["id"])

    def accept(self, key: str, name: str = "liv", **more: Any) -> None:
        """The neighbour's coordinating unit says yes, and Mona there has said that she coordinates."""
        world = self.there.world
        form = answer.TakeOverForm(
            **{
                "coordinator_id": world.party["mona"],
                "said_yes": True,
                "has_id": "no",
                "unit_id": world.unit["ordering"],
                "rests_on_old": "yes",
                **more,
            }
        )
        with unit_of_work(world.engine) as session:
            answer.accept(session, world.actor(name), key, form, IDENTITY, world.now)

    def refuse(self, key: str, name: str = "liv", **more: Any) -> None:
        """The neighbour's coordinating unit says no."""
        world = self.there.world
        form = answer.TurnDownForm(**{"reason": "Ingen plass", **more})
        with unit_of_work(world.engine) as session:
            answer.refuse(session, world.actor(name), key, form, world.now)

    def read(self, key: str, name: str = "liv") -> Any:
        """Somebody of the neighbour's reads the summary."""
        world = self.there.world
        with unit_of_work(world.engine) as session:
            return answer.read_summary(session, world.actor(name), key, world.now)[1]


@contextmanager
def pair_of(backend: Backend) -> Iterator[Pair]:
    """Two municipalities that know each other, each with the same people by name."""
    with copied(backend) as one, copied(backend) as other:
        sides = [
            Side(code, make_world(database.engine, number=code), Keyring.from_text(private))
            for code, database, private in ((HERE, one, PRIVATE[0]), (THERE, other, PRIVATE[1]))
        ]
        introduce(*sides)
        yield Pair(*sides)


PRIVATE = (
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=",
)


@contextmanager
def neighbour_of(world: World, backend: Backend) -> Iterator[Pair]:
    """A municipality that stands already, and another that it can hand plans over to."""
    with copied(backend) as database:
        there = make_world(database.engine, number=THERE)
        there.now = world.now
        sides = [
            Side(code, one, Keyring.from_text(private))
            for code, one, private in (("9000", world, PRIVATE[0]), (THERE, there, PRIVATE[1]))
        ]
        introduce(*sides)
        yield Pair(*sides)


def introduce(*sides: Side) -> None:
    """Each knows the others as the registry would have it."""
    entries = [
        Entry(side.code, f"Kommune {side.code}", "76 00 00 00", side.keyring.public.text)
        for side in sides
    ]
    for side in sides:
        with unit_of_work(side.engine) as session:
            directory.sync(session, entries, side.world.now)
