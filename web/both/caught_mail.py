"""The embedded run's caught e-mails as a page, read from this machine only; production has no such page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from flask import Blueprint, abort, render_template, request

from web.http.security_headers import is_loopback
from web.request import access_guards
from web.request.template_globals import current_settings

pages = Blueprint("mail", __name__)
NEWEST = 200


@dataclass(frozen=True)
class CaughtMail:
    """One caught e-mail."""

    to: str
    subject: str
    words: str
    sent_at: datetime | None


@pages.get("/e-post")
@access_guards.public(kind="operations")
def inbox() -> str:
    """The newest e-mails first; only from this machine."""
    if not is_loopback(request.remote_addr):
        abort(404)
    return render_template("mail/inbox.html", mails=read_caught(current_settings().home / "mail"))


def read_caught(folder: Path) -> list[CaughtMail]:
    """What the catcher has put in the folder, the newest first, 200 at most."""
    files = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return [read_mail(path.read_bytes()) for path in files[:NEWEST]]


def read_mail(content: bytes) -> CaughtMail:
    """An e-mail file as what a reader sees of it."""
    mail = message_from_bytes(content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain",))
    return CaughtMail(
        to=str(mail["to"] or ""),
        subject=str(mail["subject"] or ""),
        words=str(body.get_content()) if body else "",
        sent_at=parsedate_to_datetime(mail["date"]) if mail["date"] else None,
    )
