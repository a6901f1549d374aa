"""Hands one e-mail to the mail server and says for certain whether it was taken; when to try lives in delivery."""

from __future__ import annotations

import re
import smtplib
import ssl
from types import TracebackType
from typing import Protocol, Self

ACCEPTED = 250
GO_AHEAD = 354


class NotAccepted(Exception):
    """The server provably did not take the mail: no connection, or a refusal before the data ended."""


class Unknown(Exception):
    """The data went out and no answer came: the mail may have been taken or not."""


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
    def smtp_timeout(self) -> float: ...
    @property
    def smtp_sender(self) -> str: ...


class Post:
    """One connection to the mail server, opened when first needed and kept for a batch."""

    def __init__(self, server: MailServer, password: str = "") -> None:
        self.server = server
        self.password = password
        self.line: smtplib.SMTP | None = None

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
        """Sends one mail, whose lines end in CRLF; returns when the server took it.

        Raises NotAccepted or Unknown.
        """
        try:
            self._offer(recipient)
        except OSError as problem:  # smtplib's own errors are of this kind too
            self.hang_up()
            raise NotAccepted(_reason(problem)) from problem
        self._give(content)

    def _offer(self, recipient: str) -> None:
        """Everything up to the server's word to go ahead; a line that had gone quiet is opened anew."""
        if self.line is not None:
            try:
                self._envelope(self.line, recipient)
            except smtplib.SMTPResponseException:
                raise
            except OSError:
                self.hang_up()
            else:
                return
        self.line = self._connect()
        self._envelope(self.line, recipient)

    def _envelope(self, line: smtplib.SMTP, recipient: str) -> None:
        _expect(ACCEPTED, line.mail(self.sender))
        _expect(ACCEPTED, line.rcpt(recipient))
        _expect(GO_AHEAD, line.docmd("DATA"))

    def _connect(self) -> smtplib.SMTP:
        server = self.server
        line = smtplib.SMTP(server.smtp_host, server.smtp_port, timeout=server.smtp_timeout)
        if server.smtp_starttls:
            line.starttls(context=ssl.create_default_context())
        if server.smtp_user:
            line.login(server.smtp_user, self.password)
        line.ehlo_or_helo_if_needed()
        return line

    def _give(self, content: bytes) -> None:
        """From here on silence means that nobody knows."""
        assert self.line is not None
        try:
            self.line.send(re.sub(rb"(?m)^\.", b"..", content) + b".\r\n")
            code, answer = self.line.getreply()
        except OSError as problem:
            self.hang_up()
            raise Unknown(_reason(problem)) from problem
        if code != ACCEPTED:
            raise NotAccepted(_reason(smtplib.SMTPResponseException(code, answer)))

    def hang_up(self) -> None:
        """Ends the connection; harmless when there is none or the other side has gone."""
        line, self.line = self.line, None
        if line is not None:
            try:
                line.quit()
            except OSError:
                line.close()


def _expect(wanted: int, found: tuple[int, bytes]) -> None:
    if found[0] // 100 != wanted // 100:
        raise smtplib.SMTPResponseException(*found)


def _reason(problem: Exception) -> str:
    """The kind of refusal and the server's code, never its words: they may hold an address."""
    code = getattr(problem, "smtp_code", "")
    return f"{type(problem).__name__} {code}".strip()
