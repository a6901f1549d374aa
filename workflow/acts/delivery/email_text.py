"""Writes the neutral text of an e-mail: the address of the app and, for staff, plan numbers with code sentences."""

from __future__ import annotations

import re
from binascii import b2a_qp
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache

from workflow.language import translate
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.notices.timing import MOST_LINES
from workflow.words.notices.notices import (
    AND_MORE,
    OPEN_HERE,
    PERSON_MAIL,
    STAFF_MAIL,
    SUBJECT,
    UNPREPARED_MEETINGS,
    notice_sentence,
)

ADDRESS = re.compile(r"[^\s<>,;:@\"]+@[^\s<>,;:@\"]+")


@dataclass(frozen=True, slots=True)
class MailLine:
    """One notice as a mail may tell it: its code, the plan's number, whether the reader is the person."""

    code: str
    plan_number: str
    for_person: bool
    role: str = ""


def write_mail(
    sender: str,
    recipient: str,
    message_id: str,
    lines: Sequence[MailLine],
    language: str,
    address: str,
    now: datetime,
) -> bytes:
    """The e-mail as it goes out, to a `is_sendable` address: no names, no content.

    For the person not even what it is about.
    """
    head = (
        f"To: {recipient}\r\nDate: {format_datetime(now)}\r\n"
        f"Message-ID: <{message_id}@{sender.rpartition('@')[2].rstrip('>')}>\r\n"
    )
    words = text(lines, language, address).replace("\n", "\r\n").encode()
    return head.encode("ascii") + _same_in_all(sender, language) + b2a_qp(words)


def is_sendable(recipient: str) -> bool:
    """Whether an address can stand in a header as it is: ASCII, no white space, one @ inside."""
    return recipient.isascii() and recipient.isprintable() and bool(ADDRESS.fullmatch(recipient))


@lru_cache(maxsize=16)
def _same_in_all(sender: str, language: str) -> bytes:
    """The headers that all mails of a language share, and the empty line after them."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["Subject"] = translate(SUBJECT, {}, language)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("", cte="quoted-printable")
    return message.as_bytes().rstrip(b"\r\n") + b"\r\n\r\n"


def text(lines: Sequence[MailLine], language: str, address: str) -> str:
    """The words of the mail: at most five lines and «og N til»."""
    opening = translate(OPEN_HERE, {"address": address}, language)
    parts = []
    if any(line.for_person for line in lines):
        parts.append(translate(PERSON_MAIL, {}, language))
    staff = notice_lines(lines, language)
    if staff:
        shown = [f"- {line}" for line in staff[:MOST_LINES]]
        more = len(staff) - MOST_LINES
        if more > 0:
            shown.append(translate(AND_MORE, {"count": more}, language))
        parts.append("\n".join([translate(STAFF_MAIL, {}, language), *shown]))
    return "\n\n".join([*parts, opening]) + "\n"


def notice_lines(lines: Sequence[MailLine], language: str) -> list[str]:
    """A line for each notice of work; a manager's unprepared meetings are one line together."""
    meetings = [
        line
        for line in lines
        if (line.code, line.role) == (DeadlineCode.MEETING_PREPARED, "leader")
    ]
    together = meetings if len(meetings) > 1 else []
    single = [line for line in lines if not line.for_person and line not in together]
    counts = Counter(_told(line, language) for line in single)
    shown = [f"{words} ({count})" if count > 1 else words for words, count in counts.items()]
    if together:
        shown.insert(0, translate(UNPREPARED_MEETINGS, {"count": len(together)}, language))
    return shown


def _told(line: MailLine, language: str) -> str:
    words = translate(notice_sentence(line.code, False), {}, language)
    return f"{line.plan_number}: {words}" if line.plan_number else words
