"""What a message and its channel are to the delivery, so that all channels are sent by one engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class PendingDelivery:
    """One delivery with all that must still hold when it is sent."""

    id: str
    recipient_id: str
    attempts: int
    notice_id: str
    code: str
    role: str
    plan_id: str | None
    plan_number: str
    subject_id: str | None
    told_at: datetime
    stopped: bool
    for_person: bool
    read: bool
    hears: bool
    had_digest: bool
    due_version: int
    current_version: int
    deadline_id: str | None
    deadline_state: str
    due_at: datetime | None
    email: str
    phone: str
    language: str
    chosen_channel: str
    hours: tuple[str, str, str]
    gone: bool
    works_here: bool = False
    basis: str = ""
    meeting_at: datetime | None = None
    params: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message on its way to one recipient: its id in the record and the deliveries it carries."""

    id: str
    rows: Sequence[PendingDelivery]
    now: datetime


class NotAccepted(Exception):
    """The other side provably did not take the message: no connection, or a refusal.

    away: nobody answers there, so that the next message would fare no better.
    """

    def __init__(self, reason: str, away: bool = False) -> None:
        super().__init__(reason)
        self.away = away


class RefusedForGood(Exception):
    """The other side will never take this message; trying again is of no use."""


class Unknown(Exception):
    """The message went out and no answer came: it may have been taken or not."""


class Channel(Protocol):
    """One way for messages to go: by mail, by text message or to a webhook."""

    @property
    def channel(self) -> str:
        """The deliveries that it carries."""

    @property
    def together(self) -> bool:
        """Whether a person's notices go in one message, and only one digest a day."""

    @property
    def repeats(self) -> bool:
        """Whether silence is tried again, because the receiver knows a second copy by its id."""

    @property
    def wakes(self) -> bool:
        """Whether a telephone may ring at night, so that a late try waits for the morning too."""

    def ready(self, conn: Connection) -> None:
        """Reads what it needs in the transaction that marks the next messages."""

    def why_not(self, row: PendingDelivery) -> str:
        """Why this recipient cannot be reached this way at all, as a code, or nothing."""

    def send(self, message: Outgoing) -> str:
        """Sends one message and returns what the other side calls it, or nothing.

        Raises NotAccepted, RefusedForGood or Unknown.
        """
