"""Hands one e-mail to the mail server and says for certain whether it was taken."""

from __future__ import annotations

import re
import smtplib
import ssl
from email.utils import parseaddr
from types import TracebackType
from typing import Protocol, Self

from workflow.acts.delivery.channel import NotAccepted, Unknown

ACCEPTED = 250
GO_AHEAD = 354
GOING_AWAY = 421
DOT = re.compile(rb"(?m)^\.")


class MailServer(Protocol):
    """What the settings say of the mail server; seconds for the time-out."""

    @property
    def smtp_host(self) -> str: ...
    @property
    def smtp_port(self) -> int: ...
    @property
    def smtp_user(self) -> str: ...
    @property
    def smtp_starttls(self) -> bool: ...
    @property
    def smtp_tls(self) -> bool: ...
    @property
    def smtp_ca_file(self) -> str: ...
    @property
    def smtp_timeout(self) -> float: ...
    @property
    def smtp_sender(self) -> str: ...
    @property
    def smtp_bounces(self) -> str: ...


class Post:
    """One connection to the mail server, opened when first needed and kept for a batch."""

    def __init__(self, server: MailServer, password: str = "") -> None:
        self.server = server
        self.password = password
        self.line: smtplib.SMTP | None = None
        self.back_to = parseaddr(server.smtp_bounces or server.smtp_sender)[1]

    @property
    def sender(self) -> str:
        """The address that mails come from."""
        return self.server.smtp_sender

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.hang_up()

    def send(self, recipient: str, content: bytes) -> None:
        """Sends one mail, whose lines end in CRLF, to a `sendable` address; returns when it was taken.

        Raises NotAccepted or Unknown.
        """
        if not self._offered(recipient):
            self._open()
            try:
                self._envelope(recipient)
            except OSError as problem:  # smtplib's own errors are of this kind too
                self.hang_up()
                raise _not_accepted(problem) from problem
        self._give(content)

    def _offered(self, recipient: str) -> bool:
        """Everything up to the word to go ahead, on the open line; False if that has gone quiet."""
        if self.line is None:
            return False
        try:
            self._envelope(recipient)
        except OSError as problem:
            self.hang_up()
            # A line kept open may have been closed for being idle. Nothing has been given yet,
            # so a new one is opened without any risk of sending twice.
            if getattr(problem, "smtp_code", GOING_AWAY) == GOING_AWAY:
                return False
            raise _not_accepted(problem) from problem
        return True

    def _envelope(self, recipient: str) -> None:
        """Says from whom and to whom. Both are plain addresses already, so the library need not look."""
        assert self.line is not None
        _expect(ACCEPTED, self.line.docmd("MAIL", f"FROM:<{self.back_to}>"))
        _expect(ACCEPTED, self.line.docmd("RCPT", f"TO:<{recipient}>"))
        _expect(GO_AHEAD, self.line.docmd("DATA"))

    def _open(self) -> None:
        """Opens the line: encrypted and signed in where the settings say so, or not at all."""
        try:
            self.line = self._connected()
            if self.server.smtp_starttls:
                self.line.starttls(context=self._trust())
            if self.server.smtp_user:
                self.line.login(self.server.smtp_user, self.password)
            self.line.ehlo_or_helo_if_needed()
        except OSError as problem:
            self.hang_up()
            raise NotAccepted(_reason(problem), away=True) from problem

    def _connected(self) -> smtplib.SMTP:
        server = self.server
        where = (server.smtp_host, server.smtp_port)
        if server.smtp_tls:
            return smtplib.SMTP_SSL(*where, timeout=server.smtp_timeout, context=self._trust())
        return smtplib.SMTP(*where, timeout=server.smtp_timeout)

    def _trust(self) -> ssl.SSLContext:
        """Which certificates are believed: the system's, or those of one file."""
        return ssl.create_default_context(cafile=self.server.smtp_ca_file or None)

    def _give(self, content: bytes) -> None:
        """From here on silence means that nobody knows."""
        assert self.line is not None
        try:
            # A line that is only a dot ends a mail (RFC 5321): a dot that begins a line is doubled.
            self.line.send(DOT.sub(b"..", content) + b".\r\n")
            code, answer = self.line.getreply()
        except OSError as problem:
            self.hang_up()
            raise Unknown(_reason(problem)) from problem
        if code != ACCEPTED:
            raise _not_accepted(smtplib.SMTPResponseException(code, answer))

    def hang_up(self) -> None:
        """Ends the connection; harmless when there is none or the other side has gone."""
        line, self.line = self.line, None
        if line is not None:
            try:
                line.quit()
            except OSError:
                line.close()


def _expect(wanted: int, reply: tuple[int, bytes]) -> None:
    if reply[0] // 100 != wanted // 100:
        raise smtplib.SMTPResponseException(*reply)


def _not_accepted(problem: OSError) -> NotAccepted:
    """A refusal; the line that goes away takes every other mail with it."""
    code = getattr(problem, "smtp_code", GOING_AWAY)
    return NotAccepted(_reason(problem), away=code == GOING_AWAY)


def _reason(problem: Exception) -> str:
    """The kind of refusal and the server's code, never its words: they may hold an address."""
    code = getattr(problem, "smtp_code", "")
    return f"{type(problem).__name__} {code}".strip()
