"""Two records, a road between them and two clocks: a hand-over in memory, and all that can befall it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, ClassVar

import hypothesis.strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from workflow.rules.crossing import hand_over as c

START = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
ANSWER_TIME = timedelta(days=14)
LONG_PAST = timedelta(days=30)  # how long a receiver waits for word of an offer that has ended
TICKS = (1, 86_400, 15 * 86_400, 50 * 86_400, 50 * 86_400)
STATES = (c.UNKNOWN, c.OFFERED, c.ACCEPTED, c.REFUSED, c.LAPSED, c.RELEASED)
MESSAGES = {
    c.SENDER: (c.ACCEPTANCE, c.REFUSAL, c.RECEIPT, c.FORGOTTEN),
    c.RECEIVER: (c.OFFER, c.RELEASE, c.LAPSE),
}
# Which ends of the two sides belong together once every message has arrived.
AGREE = {
    (c.OFFERED, c.OFFERED),
    (c.RELEASED, c.RELEASED),
    (c.REFUSED, c.REFUSED),
    (c.LAPSED, c.LAPSED),
    (c.LAPSED, c.REFUSED),  # taken back and refused in the same hour: it stays, they know it
}


@dataclass(frozen=True)
class Letter:
    """A message as far as the rules care; `summary` where it says who the person is."""

    id: int
    crossing: int
    what: str
    at: datetime
    summary: bool = False


@dataclass
class Slot:
    """A row of an outbox or inbox; `letter` goes when it is no longer needed, `done` stays."""

    letter: Letter | None
    crossing: int
    what: str
    done: bool = False


@dataclass
class Side:
    """One record: what it knows of each hand-over, its boxes, its clock and its own plan."""

    role: str
    now: datetime = START
    states: dict[int, str] = field(default_factory=dict)
    summaries: set[int] = field(default_factory=set)
    ends: dict[int, datetime] = field(default_factory=dict)
    outbox: dict[int, Slot] = field(default_factory=dict)
    inbox: dict[int, Slot] = field(default_factory=dict)
    tenures: dict[int, datetime] = field(default_factory=dict)  # at the receiver: since when
    until: datetime | None = None  # at the sender: when it ceased to be responsible
    closed: bool = False
    agrees: bool = True
    puzzled: list[tuple[str, str]] = field(default_factory=list)

    def state(self, crossing: int) -> str:
        return self.states.get(crossing, c.UNKNOWN)

    def take(self, crossing: int, what: str, at: datetime, numbers: Iterable[int]) -> None:
        """One transaction: the state moves, what is to be said lies in the outbox, or neither."""
        row = c.find_row(self.role, self.state(crossing), what)
        if row is None:
            if c.contradicts(self.role, self.state(crossing), what):
                self.puzzled.append((self.state(crossing), what))
            return
        self.states[crossing] = row.dest
        if row.dest != row.state:
            self.bring_about(crossing, row.dest, what, at)
        if row.sends:
            self.say(crossing, row.sends, numbers)
        if not c.keeps_summary(row.dest):
            self.forget(crossing)

    def bring_about(self, crossing: int, dest: str, what: str, at: datetime) -> None:
        """What a new state means for the plan on this side."""
        if what in (c.ASK, c.OFFER) and dest == c.OFFERED:
            self.summaries.add(crossing)
            self.ends[crossing] = at + ANSWER_TIME
        if dest == c.RELEASED and what == c.ACCEPTANCE:
            self.until, self.closed = self.now, True
        if dest == c.RELEASED and what == c.RELEASE:
            self.tenures[crossing] = at

    def say(self, crossing: int, what: str, numbers: Iterable[int]) -> None:
        """A new message, or the very same one again."""
        for slot in self.outbox.values():
            if (slot.crossing, slot.what) == (crossing, what):
                slot.done = False
                return
        letter = Letter(next(iter(numbers)), crossing, what, self.now, what == c.OFFER)
        self.outbox[letter.id] = Slot(letter, crossing, what)

    def forget(self, crossing: int) -> None:
        """Who it was about goes from everywhere, also from what is not sent yet."""
        self.summaries.discard(crossing)
        for slot in self.outbox.values():
            if slot.crossing == crossing and slot.letter is not None and slot.letter.summary:
                slot.letter, slot.done = None, True

    def waiting(self) -> list[Slot]:
        """What has not been sent."""
        return [slot for slot in self.outbox.values() if not slot.done]

    def apply(self, slot: Slot, numbers: Iterable[int]) -> bool:
        """One transaction over one message that lies in the inbox; False where it must wait."""
        letter = slot.letter
        assert letter is not None
        if letter.what == c.RELEASE and not c.may_begin(letter.at, self.now):
            return False
        what = letter.what
        if what == c.ACCEPTANCE and not self.agrees and self.state(letter.crossing) == c.OFFERED:
            what = c.END_CONSENT
        slot.letter, slot.done = None, True
        self.take(letter.crossing, what, letter.at, numbers)
        return True


class HandOver(RuleBasedStateMachine):
    """A plan at its sender, a receiver, a road between them, and two clocks."""

    seen: ClassVar[Counter[tuple[str, str]]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.sender, self.receiver = Side(c.SENDER), Side(c.RECEIVER)
        self.road: list[Letter] = []  # every copy that was ever under way
        self.numbers, self.asked = count(), count()

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.sender, self.receiver

    def open_at(self, side: Side, state: str) -> list[int]:
        return [crossing for crossing, other in side.states.items() if other == state]

    @initialize(begun=st.sampled_from((0, 1, 2, 3)))
    def begin(self, begun: int) -> None:
        """Not asked yet, asked, heard of, or said yes to: else few walks would come that far."""
        if begun > 0:
            self.ask()
        if begun > 1:
            self.clear_the_road(1)
        if begun > 2:
            self.answer(c.ACCEPT, 0)

    # The sender's acts

    @precondition(lambda self: not self.sender.closed)
    @rule()
    def ask(self) -> None:
        """At most one question at a time, with the person's yes."""
        if not self.open_at(self.sender, c.OFFERED):
            self.sender.agrees = True
            self.end(next(self.asked), c.ASK)

    @precondition(lambda self: self.open_at(self.sender, c.OFFERED))
    @rule(what=st.sampled_from((c.EXPIRE, c.EXPIRE, c.WITHDRAW, c.CLOSE)))
    def take_back(self, what: str) -> None:
        """`plan.expire_transfer`, `plan.withdraw_transfer`, and whatever closes a plan meanwhile."""
        (crossing,) = self.open_at(self.sender, c.OFFERED)
        if what == c.EXPIRE and self.sender.now < self.sender.ends[crossing]:
            return
        self.sender.closed = what == c.CLOSE
        self.end(crossing, what)

    @rule(agrees=st.sampled_from((True, True, False)))
    def say_what_goes_along(self, agrees: bool) -> None:
        """The person may take back what was to go along; it is read again when a yes arrives."""
        self.sender.agrees = agrees

    def end(self, crossing: int, what: str) -> None:
        self.sender.take(crossing, what, self.sender.now, self.numbers)

    # The receiver's acts

    @precondition(lambda self: self.open_at(self.receiver, c.OFFERED))
    @rule(what=st.sampled_from((c.ACCEPT, c.ACCEPT, c.REFUSE, c.OVERDUE)), pick=st.integers(0))
    def answer(self, what: str, pick: int) -> None:
        self.answer_one(choose(self.open_at(self.receiver, c.OFFERED), pick), what)

    @precondition(lambda self: self.receiver.states)
    @rule(what=st.sampled_from((c.ACCEPT, c.REFUSE, c.OVERDUE)), pick=st.integers(0))
    def press_an_old_button(self, what: str, pick: int) -> None:
        """A page that was opened before the state moved."""
        self.answer_one(choose(list(self.receiver.states), pick), what)

    def answer_one(self, crossing: int, what: str) -> None:
        end = self.receiver.ends.get(crossing, START)
        if what != c.OVERDUE or self.receiver.now >= end + LONG_PAST:
            self.receiver.take(crossing, what, self.receiver.now, self.numbers)

    # The road

    @precondition(lambda self: self.sender.waiting() or self.receiver.waiting())
    @rule(pick=st.integers(0), crash=st.sampled_from(("", "", "before_stored", "before_marked")))
    def carry(self, pick: int, crash: str) -> None:
        """A job takes any message that waits, and may die between any two of its writes."""
        slot = choose([*self.sender.waiting(), *self.receiver.waiting()], pick)
        assert slot.letter is not None
        self.road.append(slot.letter)
        if crash == "before_stored":
            return
        self.store(slot.letter)
        if crash != "before_marked":
            self.mark(slot)

    def store(self, letter: Letter) -> None:
        """The other side's inbox: the id is its key, so a second copy is none."""
        side = self.receiver if letter.what in MESSAGES[c.RECEIVER] else self.sender
        side.inbox.setdefault(letter.id, Slot(letter, letter.crossing, letter.what))

    def mark(self, slot: Slot) -> None:
        slot.done = True
        if slot.letter is not None and slot.letter.summary:
            slot.letter = None

    @precondition(lambda self: self.road)
    @rule(pick=st.integers(0))
    def arrive_again(self, pick: int) -> None:
        """A copy from anywhere on the road, however old."""
        self.store(choose(self.road, pick))

    @precondition(lambda self: self.arrived())
    @rule(pick=st.integers(0))
    def apply(self, pick: int) -> None:
        """Any message that has arrived, in any order; a crash before the commit is no step."""
        side, slot = choose(self.arrived(), pick)
        side.apply(slot, self.numbers)

    def arrived(self) -> list[tuple[Side, Slot]]:
        return [
            (side, slot) for side in self.sides for slot in side.inbox.values() if not slot.done
        ]

    @rule(rounds=st.integers(1, 3))
    def clear_the_road(self, rounds: int) -> None:
        """A calm hour, without which few walks would come as far as an answer."""
        for _ in range(rounds):
            self.carry_all()
            self.apply_all()

    def carry_all(self) -> None:
        for slot in (*self.sender.waiting(), *self.receiver.waiting()):
            assert slot.letter is not None
            self.road.append(slot.letter)
            self.store(slot.letter)
            self.mark(slot)

    def apply_all(self) -> None:
        for side, slot in self.arrived():
            side.apply(slot, self.numbers)

    # The clocks

    @rule(here=st.booleans(), seconds=st.sampled_from(TICKS))
    def pass_time(self, here: bool, seconds: int) -> None:
        """Each clock goes at its own pace; the two may be weeks apart."""
        side = self.sender if here else self.receiver
        side.now += timedelta(seconds=seconds)

    # What holds at every step

    @invariant()
    def one_is_responsible(self) -> None:
        """The sender's time ends where the receiver's begins, or it has not ended."""
        begun = self.receiver.tenures
        assert len(begun) <= 1
        assert all(since == self.sender.until for since in begun.values())
        released = self.open_at(self.sender, c.RELEASED)
        assert len(released) == (0 if self.sender.until is None else 1)
        for crossing in released:  # who is to go on is bound, and the word is on its way
            assert self.receiver.state(crossing) in (c.ACCEPTED, c.RELEASED)
            assert crossing in begun or self.is_told(crossing)

    def is_told(self, crossing: int) -> bool:
        """The release lies with one of the two, unread, and says the same instant."""
        slots = [*self.sender.outbox.values(), *self.receiver.inbox.values()]
        return any(
            slot.letter is not None and slot.letter.at == self.sender.until
            for slot in slots
            if (slot.crossing, slot.what) == (crossing, c.RELEASE)
        )

    @invariant()
    def the_receivers_plan_runs_once_released(self) -> None:
        runs = set(self.receiver.tenures)
        assert runs == set(self.open_at(self.receiver, c.RELEASED))
        assert runs <= set(self.open_at(self.sender, c.RELEASED))
        assert all(since <= self.receiver.now for since in self.receiver.tenures.values())

    @invariant()
    def nobody_keeps_the_summary_of_what_came_to_nothing(self) -> None:
        for side in self.sides:
            gone = {x for x, state in side.states.items() if not c.keeps_summary(state)}
            assert not gone & side.summaries
            read = [slot for slot in side.inbox.values() if slot.done]
            kept = [slot.letter for slot in (*side.outbox.values(), *read) if slot.letter]
            assert not [letter for letter in kept if letter.summary and letter.crossing in gone]

    @invariant()
    def nothing_contradicts(self) -> None:
        assert self.sender.puzzled == self.receiver.puzzled == []

    def teardown(self) -> None:
        """The storm is over: everything arrives, also what arrived before, and both agree."""
        self.quiet_down()
        for crossing in self.open_at(self.sender, c.OFFERED):
            if self.receiver.state(crossing) == c.LAPSED:  # it gave up waiting; so will the sender
                self.end(crossing, c.EXPIRE)
        self.quiet_down()
        ends = self.pairs()
        self.seen.update(ends.values())
        assert set(ends.values()) <= AGREE
        for letter in reversed(self.road):
            self.store(replace(letter, id=-letter.id - 1))  # even under an id not seen before
        self.quiet_down()
        assert self.pairs() == ends
        assert not [slot for side in self.sides for slot in side.inbox.values() if slot.letter]
        self.one_is_responsible()
        self.nobody_keeps_the_summary_of_what_came_to_nothing()

    def pairs(self) -> dict[int, tuple[str, str]]:
        known = {*self.sender.states, *self.receiver.states}
        return {x: (self.sender.state(x), self.receiver.state(x)) for x in known}

    def quiet_down(self) -> None:
        self.sender.now = self.receiver.now = max(side.now for side in self.sides)
        while self.sender.waiting() or self.receiver.waiting() or self.arrived():
            self.carry_all()
            self.apply_all()


def choose(things: list[Any], pick: int) -> Any:
    """One of several, however large the number drawn."""
    return things[pick % len(things)]
