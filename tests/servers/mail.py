"""A real mail server for tests that keeps what it took and can refuse, stall or hang up."""

from __future__ import annotations

import email
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from workflow.acts.delivery.smtp import Post
from workflow.settings import Settings


class Inbox:
    """What a server took. `answer` is its word on each mail; `hang_up` ends the line without one."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, EmailMessage]] = []
        self.answer = "250 Taken"
        self.rcpt_answer = "250 Go on"
        self.hang_up = False
        self.seconds = 0.0
        self.came = threading.Event()
        self.came_from: list[str] = []

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        """Says whether a recipient is known."""
        if self.rcpt_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt_answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Takes a mail, slowly if asked to."""
        if self.answer.startswith("250"):
            parsed = email.message_from_bytes(envelope.content, policy=default)
            assert isinstance(parsed, EmailMessage)
            self.mails.append((envelope.rcpt_tos[0], parsed))
            self.came_from.append(envelope.mail_from)
            self.came.set()
        time.sleep(self.seconds)
        if self.hang_up:
            server.transport.close()
        return self.answer

    def to(self) -> list[str]:
        """Who got a mail, in order."""
        return [recipient for recipient, _ in self.mails]

    def text(self, number: int = 0) -> str:
        """The words of a mail."""
        return str(self.mails[number][1].get_content())


class FreePort(Controller):
    """A controller that lets the system choose the port and learns which it was."""

    def _trigger_server(self) -> None:
        running: Any = self.server
        self.port = running.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def mail_server(**options: Any) -> Iterator[tuple[Inbox, int]]:
    """A server on loopback and its port; ends with the block. Options are aiosmtpd's own."""
    inbox = Inbox()
    controller = FreePort(inbox, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        yield inbox, controller.port
    finally:
        controller.stop()


def post_to(port: int) -> Post:
    """A connection to the server at a port."""
    return Post(Settings(smtp_host="127.0.0.1", smtp_port=port, smtp_timeout=2.0))
