"""Writes the neutral text of an e-mail: the address of the app and, for staff, plan numbers with code sentences."""

from __future__ import annotations

import re
from binascii import b2a_qp
from collections.abc import Sequence
from datetime import date, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache

from workflow.language import translate
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.notices.timing import MOST_LINES
from workflow.words.notices.digest import OUTSIDE_MAIL, DigestLine, line_of, subject_of
from workflow.words.notices.notices import (
    AND_MORE,
    OPEN_HERE,
    PERSON_MAIL,
    STAFF_MAIL,
    SUBJECT,
    UNPREPARED_MEETINGS,
)

ADDRESS = re.compile(r"[^\s<>,;:@\"]+@[^\s<>,;:@\"]+")


def write_mail(
    sender: str,
    recipient: str,
    message_id: str,
    lines: Sequence[DigestLine],
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
    today = oslo_date(now)
    subject = subject_of(lines, SUBJECT, language, today)
    words = text(lines, language, address, today).replace("\n", "\r\n").encode()
    return head.encode("ascii") + _same_in_all(sender, subject) + b2a_qp(words)


def is_sendable(recipient: str) -> bool:
    """Whether an address can stand in a header as it is: ASCII, no white space, one @ inside."""
    return recipient.isascii() and recipient.isprintable() and bool(ADDRESS.fullmatch(recipient))


@lru_cache(maxsize=256)
def _same_in_all(sender: str, subject: str) -> bytes:
    """The headers that all mails with a subject share, and the empty line after them."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["Subject"] = subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("", cte="quoted-printable")
    return message.as_bytes().rstrip(b"\r\n") + b"\r\n\r\n"


def text(lines: Sequence[DigestLine], language: str, address: str, today: date) -> str:
    """The words of the mail: at most five lines and «og N til», and all that the law sets."""
    opening = translate(OPEN_HERE, {"address": address}, language)
    parts = []
    if any(line.for_person for line in lines):
        parts.append(translate(PERSON_MAIL, {}, language))
    shown, more = digest_lines(lines, language, today)
    if shown:
        listed = [f"- {line}" for line in shown]
        if more:
            listed.append(translate(AND_MORE, {"count": more}, language))
        outside = all(line.outside for line in lines if not line.for_person)
        head = OUTSIDE_MAIL if outside else STAFF_MAIL
        parts.append("\n".join([translate(head, {}, language), *listed]))
    return "\n\n".join([*parts, opening]) + "\n"


def digest_lines(lines: Sequence[DigestLine], language: str, today: date) -> tuple[list[str], int]:
    """The lines about other people's plans as a digest shows them, and how many more there are.

    A manager's unprepared meetings are one line together. The week's overview comes first, then
    what the law sets, which is never cut, then the oldest.
    """
    meetings = [
        line
        for line in lines
        if (line.code, line.role) == (DeadlineCode.MEETING_PREPARED, "leader")
    ]
    together = meetings if len(meetings) > 1 else []
    single = [line for line in lines if not line.for_person and line not in together]
    counts: dict[str, int] = {}
    kept: set[str] = set()
    for line in sorted(single, key=DigestLine.rank):
        words = line_of(line, language, today)
        counts[words] = counts.get(words, 0) + 1
        kept |= {words} if line.never_cut else set()
    if together:
        unprepared = translate(UNPREPARED_MEETINGS, {"count": len(together)}, language)
        counts = {**{w: n for w, n in counts.items() if w in kept}, unprepared: 1, **counts}
    free = max(MOST_LINES - len(kept), 0)
    others = [words for words in counts if words not in kept]
    listed = [words for words in counts if words in kept] + others[:free]
    shown = [f"{words} ({counts[words]})" if counts[words] > 1 else words for words in listed]
    return shown, len(others[free:])
