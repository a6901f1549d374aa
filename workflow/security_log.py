"""Security events as one line of JSON each: codes and ids, never a name or a word that somebody wrote."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

LOGGER = "planlop.security"
# What each event is, and what its line may hold beside the event's own code (docs/security).
EVENTS: dict[str, str] = {
    "sign_in": "somebody signed in: party, session, method",
    "sign_in_failed": "a sign-in was refused: method, reason",
    "second_factor_failed": "the second proof was wrong: party, method, reason",
    "proved": "somebody proved anew who she is: party, method",
    "session_ended": "a session ended: party, session, reason",
    "sessions_ended": "all sessions of somebody ended: party, reason, count",
    "authenticator": "a second factor or passkey came or went: party, method, reason",
    "password_changed": "a password was chosen: party, reason",
    "guest_link": "a guest's link was asked for or opened: reason, plan, party",
    "refused": "a page or an act was not open: status, endpoint, plan",
    "csrf": "a change without its token: endpoint, reason",
    "rate_limit": "too many requests of one class: endpoint, limits",
    "wrong_host": "a request named another host than ours: reason",
    "upload_refused": "a file was not taken: reason, plan",
    "redirect_refused": "an address to go on to was not one of ours: endpoint",
    "break_glass": "a plan was opened in an emergency: plan, reason",
    "protected_address": "a protected address was read: subject, reason",
    "role_changed": "a staff role began or ended: subject, role, unit",
    "deactivated": "somebody's access ended: subject",
    "export": "data left the product: kind, plan, subject",
    "erased": "something was erased: kind, receipt, plan",
    "job_refused": "a job in the queue was none of ours: reason, municipality",
    "settings_refused": "the program did not start with its settings: count",
    "fault": "something broke: endpoint, reason",
}
NAMES = frozenset(
    "party session method reason plan status endpoint subject role unit kind receipt count limits "
    "address ground provider level municipality".split()
)
PLAIN = re.compile(r"[a-z0-9:][a-z0-9_.:/-]{0,79}")  # codes, ids, names of steps
PUBLIC_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NATIONAL_ID = re.compile(r"(?<!\d)\d{6}[ -]?\d{5}(?!\d)")
HIDDEN = "hidden"

log = logging.getLogger(LOGGER)


class UnknownEvent(ValueError):
    """An event or a name that the list does not hold: a mistake of the program's own."""


class OneLine(logging.Formatter):
    """A record as one line of JSON; line breaks in values cannot make a second line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line: when (UTC), how grave, what, and the codes and ids."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said = getattr(record, "ids", {})
        return json.dumps(
            {"at": at, "level": record.levelname, "event": record.getMessage(), **said}
        )


def note(event: str, **ids: str | int | None) -> None:
    """Writes one line; a value that is no plain code or id is written as "hidden".

    Raises UnknownEvent where the list does not hold the event or a name.
    """
    unknown = {*ids} - NAMES
    if event not in EVENTS or unknown:
        raise UnknownEvent(f"{event}: {sorted(unknown)}")
    said = {name: plain(value) for name, value in ids.items() if value is not None}
    log.log(grave(event), event, extra={"ids": said})


def plain(value: str | int) -> str | int:
    """The value where it is a code or an id; else the word "hidden", so that no text gets in."""
    if isinstance(value, int):
        return value
    fits = PLAIN.fullmatch(value) and not NATIONAL_ID.search(PUBLIC_ID.sub("", value))
    return value if fits else HIDDEN


def grave(event: str) -> int:
    """Warnings are what somebody ought to look at; the rest is for the record."""
    quiet = event in ("sign_in", "proved", "session_ended", "export", "authenticator")
    return logging.INFO if quiet else logging.WARNING


@contextmanager
def silent() -> Iterator[None]:
    """Nothing is written within: for loading invented people, to whom nothing happens."""
    log.disabled = True
    try:
        yield
    finally:
        log.disabled = False


def install() -> None:
    """Sends the lines to standard error, where the service's keeper collects them; safe to call twice."""
    if not log.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(OneLine())
        log.addHandler(handler)
    log.setLevel(logging.INFO)
