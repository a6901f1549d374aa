"""Tests that the embedded run's mail server keeps each mail whole and not too many of them."""

from __future__ import annotations

import smtplib
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from jobs import mailcatcher
from jobs.mailcatcher import Catcher, keep_mail
from workflow.cli.demo.command import free_port

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def test_a_mail_sent_is_a_file(tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.invalid", "b@example.invalid", "Møte"
    mail.set_content("Du har et møte.")
    port = free_port()
    controller = Controller(Catcher(tmp_path), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
            client.send_message(mail)
    finally:
        controller.stop()
    (kept,) = tmp_path.glob("*.eml")
    assert message_from_bytes(kept.read_bytes())["To"] == "b@example.invalid"


def test_the_oldest_mails_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailcatcher, "KEPT", 2)
    names = [keep_mail(tmp_path, b"x", NOON + timedelta(hours=n)).name for n in range(3)]
    assert sorted(path.name for path in tmp_path.iterdir()) == names[1:]
