"""A mail server that hangs up, refuses and dawdles at random, and keeps count of what it took."""

from __future__ import annotations

import asyncio
import email
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP

from tests.servers.mail import FreePort

# What may befall a mail, and how often of a hundred while the server is rough.
BEFALLS = {
    "taken": 58,
    "taken_then_silence": 8,
    "taken_slowly": 8,
    "taken_too_slowly": 2,
    "cut_before_data": 6,
    "cut_in_data": 6,
    "later_recipient": 6,
    "later_data": 6,
}
SLOW, TOO_SLOW = 0.4, 2.6  # shorter and longer than the storm waits for a mail server


class RoughInbox:
    """Decides what befalls each mail. `took` is called with the id of each mail it has taken whole."""

    def __init__(self, seed: int, took: Callable[[str, str], None]) -> None:
        self.random = random.Random(seed)
        self.took = took
        self.calm = False
        self.befell: Counter[str] = Counter()

    def draw(self, session: Any) -> None:
        """What the next mail of this connection meets."""
        kinds = list(BEFALLS)
        weights = list(BEFALLS.values())
        session.befalls = "taken" if self.calm else self.random.choices(kinds, weights)[0]

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        """Refuses for now or hangs up, where that was drawn."""
        self.draw(session)
        if session.befalls == "cut_before_data":
            self.befell["cut_before_data"] += 1
            server.transport.close()
        if session.befalls == "later_recipient":
            self.befell["later_recipient"] += 1
            return "451 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 Go on"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Takes the mail, and then answers, dawdles or hangs up."""
        befalls = session.befalls
        self.befell[befalls] += 1
        if befalls == "later_data":
            return "452 Try again later"
        parsed = email.message_from_bytes(envelope.content, policy=default)
        self.took(str(parsed["Message-ID"]), envelope.rcpt_tos[0])
        if befalls in ("taken_slowly", "taken_too_slowly"):
            await asyncio.sleep(SLOW if befalls == "taken_slowly" else TOO_SLOW)
        if befalls == "taken_then_silence":
            server.transport.close()
        return "250 Taken"


class RoughServer(SMTP):
    """Says go ahead and hangs up before the end of the data, where that was drawn."""

    async def smtp_DATA(self, arg: str) -> None:
        """The word DATA."""
        inbox: RoughInbox = self.event_handler
        if getattr(self.session, "befalls", "") == "cut_in_data":
            inbox.befell["cut_in_data"] += 1
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            assert self.transport is not None
            self.transport.close()
            return
        await super().smtp_DATA(arg)


class RoughPort(FreePort):
    """Serves the rough kind."""

    def factory(self) -> SMTP:
        """A server for one connection."""
        return RoughServer(self.handler, **self.SMTP_kwargs)


@contextmanager
def rough_mail_server(
    seed: int, took: Callable[[str, str], None]
) -> Iterator[tuple[RoughInbox, int]]:
    """A rough server on loopback and its port; ends with the block."""
    inbox = RoughInbox(seed, took)
    controller = RoughPort(inbox, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        yield inbox, controller.port
    finally:
        time.sleep(0.2)  # lines that the other side has just dropped are closed first
        controller.stop()
