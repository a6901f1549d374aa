"""Tests of the line to the mail server: encrypted, signed in, patient for so long and no longer."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.servers.mail import mail_server
from workflow.acts.delivery.channel import NotAccepted, Unknown
from workflow.acts.delivery.smtp import Post
from workflow.settings import Settings, reasons_against_sending

MAIL = b"Subject: x\r\n\r\n.a line that begins with a dot\r\n"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Signs the test server's certificate."""
    return trustme.CA()


@pytest.fixture(scope="module")
def believed(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the certificate that signs."""
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


def context(authority: trustme.CA, name: str = "localhost") -> ssl.SSLContext:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(tls)
    return tls


def signed_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    """One name and one password are known."""
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"us", b"secret")
    return AuthResult(success=known, handled=False)


def strict(authority: trustme.CA, name: str = "localhost") -> dict[str, Any]:
    """A server that takes nothing before STARTTLS and a password."""
    return {
        "tls_context": context(authority, name),
        "require_starttls": True,
        "authenticator": signed_in,
        "auth_required": True,
    }


def post(port: int, password: str = "secret", **more: Any) -> Post:
    given = {"smtp_host": "localhost", "smtp_port": port, "smtp_timeout": 2.0, **more}
    return Post(Settings.model_validate(given), password)


def test_starttls_and_a_password(authority: trustme.CA, believed: Path) -> None:
    with (
        mail_server(**strict(authority)) as (inbox, port),
        post(port, smtp_starttls=True, smtp_user="us", smtp_ca_file=str(believed)) as line,
    ):
        for _ in range(2):
            line.send("kim@example.invalid", MAIL)
    assert inbox.to() == ["kim@example.invalid"] * 2
    assert inbox.text() == ".a line that begins with a dot\r\n"


@pytest.mark.parametrize(
    ("name", "password", "ca", "reason"),
    [
        ("localhost", "wrong", True, "SMTPAuthenticationError"),
        ("localhost", "secret", False, "SSLCertVerificationError"),
        ("elsewhere.example.invalid", "secret", True, "SSLCertVerificationError"),
    ],
)
def test_a_line_that_cannot_be_trusted_carries_nothing(
    authority: trustme.CA, believed: Path, name: str, password: str, ca: bool, reason: str
) -> None:
    options = {
        "smtp_starttls": True,
        "smtp_user": "us",
        "smtp_ca_file": str(believed) if ca else "",
    }
    with (
        mail_server(**strict(authority, name)) as (inbox, port),
        post(port, password, **options) as line,
        pytest.raises(NotAccepted, match=reason) as refused,
    ):
        line.send("kim@example.invalid", MAIL)
    assert refused.value.away and inbox.mails == []


def test_a_server_without_starttls_gets_no_password() -> None:
    with (
        mail_server() as (inbox, port),
        post(port, smtp_starttls=True, smtp_user="us") as line,
        pytest.raises(NotAccepted, match="SMTPNotSupportedError"),
    ):
        line.send("kim@example.invalid", MAIL)
    assert inbox.mails == []


def test_encrypted_from_the_start(authority: trustme.CA, believed: Path) -> None:
    with (
        mail_server(ssl_context=context(authority, "127.0.0.1")) as (inbox, port),
        post(port, smtp_tls=True, smtp_host="127.0.0.1", smtp_ca_file=str(believed)) as line,
    ):
        line.send("kim@example.invalid", MAIL)
    assert inbox.to() == ["kim@example.invalid"]


def test_mails_that_come_back_go_to_an_address_of_their_own() -> None:
    with (
        mail_server() as (inbox, port),
        post(port, smtp_bounces="back@example.invalid", smtp_sender="us@example.invalid") as line,
    ):
        line.send("kim@example.invalid", MAIL)
    assert inbox.came_from == ["back@example.invalid"]


@pytest.fixture
def mute() -> Iterator[int]:
    """A server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_server_that_says_nothing_has_not_accepted(mute: int) -> None:
    began = time.monotonic()
    with post(mute, smtp_timeout=0.3) as line, pytest.raises(NotAccepted) as refused:
        line.send("kim@example.invalid", MAIL)
    assert refused.value.away and time.monotonic() - began < 2


def test_a_server_that_is_slow_after_the_data_leaves_it_unknown() -> None:
    with mail_server() as (inbox, port), post(port, smtp_timeout=0.3) as line:
        inbox.seconds = 0.8
        with pytest.raises(Unknown):
            line.send("kim@example.invalid", MAIL)
        assert len(inbox.mails) == 1


def test_a_line_that_has_gone_quiet_is_opened_anew() -> None:
    with mail_server() as (inbox, port), post(port) as line:
        line.send("kim@example.invalid", MAIL)
        assert line.line is not None and line.line.sock is not None
        line.line.sock.shutdown(socket.SHUT_RDWR)
        line.send("kim@example.invalid", MAIL)
    assert len(inbox.mails) == 2


def test_two_threads_are_two_lines() -> None:
    with mail_server() as (inbox, port):

        def one() -> None:
            with post(port) as line:
                line.send("kim@example.invalid", MAIL)

        both = [threading.Thread(target=one) for _ in range(2)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
    assert len(inbox.mails) == 2


def test_a_password_in_the_clear_is_refused_in_production() -> None:
    told = list(reasons_against_sending(Settings(smtp_user="us")))
    assert told == ["PLANLOP_SMTP_USER needs PLANLOP_SMTP_STARTTLS or PLANLOP_SMTP_TLS"]
    assert not list(reasons_against_sending(Settings(smtp_user="us", smtp_tls=True)))
