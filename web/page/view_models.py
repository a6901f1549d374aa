"""The shapes that the macros draw: a step as a button, a step not open now, a row of the measure table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class StepButton:
    """A button. `post` makes it one click; else it leads to a page that asks for more.

    `about` is read aloud after the label where many buttons have the same one.
    """

    label: str
    address: str
    post: bool = False
    main: bool = False
    version: int | None = None
    fields: tuple[tuple[str, str], ...] = ()
    about: str = ""


@dataclass(frozen=True)
class Reason:
    """Why a step is not open now, who can clear it and the button that does."""

    words: str
    who: tuple[str, ...] = ()
    step: StepButton | None = None


@dataclass(frozen=True)
class NotYet:
    """A step not open now."""

    label: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class MeasureRow:
    """One measure as the table shows it; every text is ready to read."""

    id: str
    number: int
    text: str
    accountable: str
    state: str = ""
    state_words: str = ""
    due: str = ""
    completed: str = ""
    evaluated: str = ""
    notes: tuple[str, ...] = ()
    steps: tuple[StepButton, ...] = ()
    front: int = 2  # how many of the steps stand as buttons; the rest are under ⋯


@dataclass(frozen=True)
class NoticeItem:
    """One notice in a list."""

    words: str
    at: datetime
    address: str = ""
    unread: bool = False
