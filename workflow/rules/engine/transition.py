"""The shape of a table's row and of a guard: everything that the engine may ask of a step is declared there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from workflow.rules.engine.denials import Denial
from workflow.rules.engine.facts import Facts
from workflow.rules.engine.vocabulary import START, TRANSFERS
from workflow.rules.names.steps import machine_of
from workflow.rules.sharing.scopes import UNPLACED

Params = Mapping[str, object]
Check = Callable[[Facts], Params | None]


@dataclass(frozen=True, slots=True)
class Guard:
    """A pure condition on the facts.

    of_form: asked only once the form is filled in. before_form: asked only until then, for the
    form names the thing that must be there, and the act looks for it.
    """

    code: str
    check: Check
    who_can: tuple[str, ...] = ()
    clears: str = ""
    of_form: bool = False
    before_form: bool = False

    def denial(self, facts: Facts) -> Denial | None:
        """The reason this guard stops the step, or None."""
        if not self.is_asked(facts):
            return None
        params = self.check(facts)
        return None if params is None else Denial(self.code, params, self.who_can, self.clears)

    def __call__(self, facts: Facts) -> bool:
        """True where the step may pass; what `transitions` asks."""
        return not self.is_asked(facts) or self.check(facts) is None

    def is_asked(self, facts: Facts) -> bool:
        """Whether the guard is asked of these facts: with a form, without one, or either way."""
        return not (self.of_form if facts.form is None else self.before_form)


def guard(
    code: str,
    *,
    who_can: tuple[str, ...] = (),
    clears: str = "",
    of_form: bool = False,
    before_form: bool = False,
) -> Callable[[Check], Guard]:
    """Make a guard of a function that returns None (pass) or the sentence's params (stop)."""

    def made(check: Check) -> Guard:
        return Guard(code, check, who_can, clears, of_form, before_form)

    return made


# Why a notice may not wait for the digest: somebody must answer, somebody must come, or a letter
# has a date that counts.
OFFER, CALL, LETTER = "offer", "call", "letter"


# What a step makes of somebody whom its form names. The first group is let in, raised or relieved
# by it; of the others it asks something, or it tells of them, and gives them nothing to read.
REPRESENTATIVE, COORDINATES, SHARED_WITH = "representative", "coordinates", "shared_with"
WIDENED = frozenset({REPRESENTATIVE, COORDINATES, SHARED_WITH})
TASK, TOLD, ABOUT, CONFIRMS = "task", "told", "about", "confirms"
# What a row may judge, and so whose work it is: emergency access, a decision, an informal start.
EMERGENCY, DECISION, BEGINNING = "emergency", "decision", "beginning"
# Who may be the second human: whoever leads or decides, never the one who asks.
OFFICE = ("deciding_unit", "leader", "coordinating_unit")


@dataclass(frozen=True, slots=True)
class PartyField:
    """A field of a step's form that names somebody, and what the step makes of them."""

    field: str
    becomes: str


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of a table: one step, one set of sources, one destination (domain 5.0).

    name: `machine.verb`, the step's only key. ref: its letter and number in the domain's tables,
    for documents and nothing else.

    relations: who may take it in their own right. persons_own: the person or a representative may,
    or somebody on their behalf with the agreement recorded. agreed: the act carries the person's
    agreement. starts/meets: deadline codes. deadline_clock: pause, resume or close.
    notifies: who hears. counts_as_activity: a sign of life, so that the plan is not quiet.

    scope: of what it shows and tells, one of the six or anybody's (need 2.3); whose consent does
    not open it may neither take the step nor be told. whatever_is_shared: the person's right or
    the law's duty, recorded whatever is shared. offer_kinds: the open questions that it answers,
    or looks at; by default one to take over the plan (5.1). undoes: it takes back the
    subject's last step. gains: what the one who takes it is towards the plan from then
    on (5.0, composites). first_yes: it rests on the person's yes to having a plan, and may record
    it (2.3). urgency: offer, call or letter, told at once; else in the digest. farewell: its
    notice stays with who stands to the plan no more. in_plan_file: the file of a plan
    tells of it; emergencies and scanned papers stay where they are.

    parties: whom its form names, and what it makes of them; who takes it may not name themselves
    where it lets in, raises or relieves. by_two: it is never one human's alone. seconds: who may
    confirm it, from their own sign-in. accepts: its taker says yes to a question, which somebody
    else must have asked. judges: whose work it reviews, assesses or decides on; who made that is
    never the one who judges it. of_sharing: it tells who is let in or out again; the history says so
    to the person's side and to who coordinates, and to nobody else around (litra h).
    """

    name: str
    ref: str
    sources: tuple[str, ...]
    dest: str
    basis: str
    relations: tuple[str, ...] = ()
    persons_own: bool = False
    agreed: bool = False
    guards: tuple[Guard, ...] = ()
    starts: tuple[str, ...] = ()
    meets: tuple[str, ...] = ()
    deadline_clock: str = ""
    notifies: tuple[str, ...] = ()
    when_paused: bool = False
    counts_as_activity: bool = True
    scope: str = UNPLACED
    whatever_is_shared: bool = False
    offer_kinds: tuple[str, ...] = TRANSFERS
    undoes: bool = False
    gains: tuple[str, ...] = ()
    first_yes: bool = False
    urgency: str = ""
    farewell: bool = False
    in_plan_file: bool = True
    parties: tuple[PartyField, ...] = ()
    by_two: bool = False
    seconds: tuple[str, ...] = OFFICE
    accepts: bool = False
    of_sharing: bool = False
    judges: str = ""
    valid_from: date = date(2022, 8, 1)

    @property
    def machine(self) -> str:
        """Plan, measure or meeting: what the step moves."""
        return machine_of(self.name)

    @property
    def creates(self) -> bool:
        """Whether the step makes what it moves, so that nothing is there before."""
        return self.sources == (START,)

    @property
    def makes_plan(self) -> bool:
        """Whether the step makes a plan, and is therefore taken on none."""
        return self.machine == "plan" and self.creates

    @property
    def has_subject(self) -> bool:
        """Whether the step is about a measure or meeting that is there already."""
        return self.machine != "plan" and not self.creates

    @property
    def concerns_taker(self) -> bool:
        """Whether the rule of one's own interest may stop whoever takes it."""
        return bool(
            self.accepts
            or self.judges
            or self.by_two
            or any(one.becomes in WIDENED for one in self.parties)
        )


@dataclass(frozen=True, slots=True)
class Composite:
    """Several rows that people do in one go; the engine takes them one by one (domain 5.0)."""

    name: str
    ref: str
    rows: tuple[str, ...]
    basis: str
