"""The shape of a step's words: everything that is said of one step, in one record beside the step's key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflow.words.steps.reading_places import Where
from workflow.words.text.sentence import PERSON, SentenceSet
from workflow.words.text.translatable import N_

THANKS = N_("Takk. Det er skrevet i planen.")


@dataclass(frozen=True, slots=True)
class ButtonWords:
    """What stands on a button, and on the person's own where she says it otherwise."""

    staff: str
    person: str = ""

    def to(self, voice: str) -> str:
        """The words for a voice."""
        return self.person if voice == PERSON and self.person else self.staff


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWords:
    """All that is said of one step. Bokmål, marked for the catalogues where it is written.

    url: the verb in the step's address; never changed, for people keep links.
    button: on the button; button_person: on hers, where she says it otherwise. button_first:
    the button where it is the first time (a plan that has no coordinator yet).
    done: the receipt, what the person reads once she has taken the step.
    history: one line of the plan's history, the fullest first, the last one needs no name;
    history_person: the same told to her, where it differs. by_code: the line by what an event's
    code says (`code` names it), where one line cannot tell it.
    notice, notice_person: the neutral line of a notice, without names; empty where nobody is
    told (nobody of the staff, or never the person). asked: the same to whoever is asked;
    outside: the same, in everyday words, to who does not work here.
    news, news_own: the same to the person with names, where they are known; news_own where she took the step herself,
    news_of_actor where
    who took it is the news.
    day, quotes: what of an event fills the line's day and its words. responsible: the column that
    says who answers from now on. comes_along: in a plan from elsewhere it is what came, nobody's
    act. neighbours: by the clock it is another municipality's answer.
    shows: for each free text of the form where it is read, and within which scopes.
    """

    url: str
    button: str
    button_person: str = ""
    button_first: ButtonWords | None = None
    done: str = THANKS
    history: tuple[str, ...]
    history_person: tuple[str, ...] = ()
    code: str = ""
    by_code: Mapping[str, SentenceSet] = field(default_factory=dict)
    notice: str
    notice_person: str
    asked: str = ""
    outside: str = ""
    news: tuple[str, ...] = ()
    news_own: tuple[str, ...] = ()
    news_of_actor: bool = False
    day: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    responsible: str = ""
    comes_along: bool = False
    neighbours: bool = False
    shows: Mapping[str, Where] = field(default_factory=dict)

    def button_to(self, voice: str, first: bool = False) -> str:
        """What stands on the button, for a voice."""
        words = ButtonWords(self.button, self.button_person)
        return (self.button_first or words if first else words).to(voice)

    def history_line(self, code: str = "") -> SentenceSet:
        """The line of the history, as the event's code has it."""
        return self.by_code.get(code) or SentenceSet(self.history, self.history_person)

    def every_history_line(self) -> tuple[SentenceSet, ...]:
        """Every line that the history may hold of the step."""
        return (self.history_line(), *self.by_code.values())
