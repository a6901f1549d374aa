"""A line of the history as its page shows it: when, what happened, and what people wrote, in their own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workflow.words.steps.own_words import Said

LONG = 240  # more than this is read by those who open it


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event; address leads to a page of its own, where the event has one."""

    at: datetime
    words: str
    said: tuple[Said, ...] = ()
    address: str = ""

    @property
    def is_long(self) -> bool:
        """Whether what was written is more than a glance."""
        return sum(len(text) for _, text in self.said) > LONG
