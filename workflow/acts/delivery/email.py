"""Carries notices by e-mail."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import Connection

from workflow.acts.delivery.channel import Outgoing, PendingDelivery
from workflow.acts.delivery.email_text import MailLine, is_sendable, write_mail


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
        lines = [
            MailLine(row.code, row.plan_number, row.for_person, row.role) for row in message.rows
        ]
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
