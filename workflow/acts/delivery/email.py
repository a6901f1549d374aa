"""Carries notices by e-mail."""

from __future__ import annotations

import json
from typing import Protocol

from sqlalchemy import Connection

from workflow.acts.delivery.channel import Outgoing, PendingDelivery
from workflow.acts.delivery.email_text import is_sendable, write_mail
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.deadlines.kinds import LAW
from workflow.words.notices.digest import DigestLine


class MailSender(Protocol):
    """What mailing needs of the connection to the mail server."""

    @property
    def sender(self) -> str: ...

    def send(self, recipient: str, content: bytes) -> None:
        """Sends one mail; raises NotAccepted or Unknown."""


class Mailing:
    """E-mails over one connection; `address` is that of the app, which each mail shows."""

    channel = "email"
    together = True
    repeats = False
    wakes = False

    def __init__(self, post: MailSender, address: str) -> None:
        self.post = post
        self.address = address

    def ready(self, conn: Connection) -> None:
        """Nothing is needed of the database."""

    def why_not(self, row: PendingDelivery) -> str:
        """No address that can stand in a header, or no wish for mail any more."""
        told_otherwise = row.chosen_channel == "coordinator" and row.for_person
        unwanted = told_otherwise or row.chosen_channel == "none"
        return "no_address" if unwanted or not is_sendable(row.email) else ""

    def send(self, message: Outgoing) -> str:
        """One mail with a line for each notice."""
        to = message.rows[0]
        lines = [line_of_delivery(row) for row in message.rows]
        self.post.send(
            to.email,
            write_mail(
                self.post.sender,
                to.email,
                message.id,
                lines,
                to.language,
                self.address,
                message.now,
            ),
        )
        return ""


def line_of_delivery(row: PendingDelivery) -> DigestLine:
    """A delivery as its line tells of it."""
    params = json.loads(row.params or "{}")
    return DigestLine(
        row.code,
        row.plan_number,
        row.for_person,
        row.role,
        outside=not row.works_here,
        told_on=oslo_date(row.told_at),
        due_on=oslo_date(row.due_at) if row.due_at else None,
        by_law=row.basis == LAW,
        meeting_on=oslo_date(row.meeting_at) if row.meeting_at else None,
        figures={key: value for key, value in params.items() if isinstance(value, int)},
    )
