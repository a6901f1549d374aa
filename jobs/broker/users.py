"""Who may do what in the broker: the web rings and counts, jobs do the rest, nobody else comes in."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

WEB, JOBS = "planlop_web", "planlop_jobs"
GREETING = "+hello +auth +ping +client|setinfo +multi +exec +discard"
# One pair of brackets is one thing that the web does: its commands, on its keys alone. It reads no job.
WEB_MAY = (
    GREETING,
    "+info",  # RQ asks for the server's version before it puts a job in
    "(+sadd ~rq:queues)",
    "(+hset ~rq:job:*)",
    "(+rpush +llen ~rq:queue:planlop*)",
    "(+evalsha +script|load +incrby +expire +get +ttl ~LIMITS:*)",
)
# RQ's own keys and channels, and none of what stops, empties, copies or listens to the whole server.
JOBS_MAY = (
    "~rq:* &rq:* +@all -@admin -@dangerous -@scripting",
    "+info +client|setname +client|list +eval +evalsha +script|load",
)
# The service's keeper asks whether the broker lives, with no password; more this user may not.
EVERYBODY_MAY = "user default on nopass resetkeys resetchannels -@all +ping"
FILES = ("redis_users", "redis_url_web", "redis_url_jobs")


class UsersThere(Exception):
    """The folder holds such a file already; the message names it. A new password would lock out who runs."""


def write_users(folder: Path, address: str) -> list[Path]:
    """Makes two passwords, and writes the server's list of users and the two addresses; returns the files.

    address: host and port of the server, as the processes reach it. The folder is closed to others; the
    files are not, since each container reads them as a user of its own. Raises UsersThere and OSError.
    """
    passwords = {user: secrets.token_urlsafe(32) for user in (WEB, JOBS)}
    listed, *addresses = (folder / name for name in FILES)
    for path in (listed, *addresses):
        if path.exists():
            raise UsersThere(str(path))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    listed.write_text(list_users(passwords[WEB], passwords[JOBS]), encoding="ascii")
    for path, (user, password) in zip(addresses, passwords.items(), strict=True):
        path.write_text(f"redis://{user}:{password}@{address}/0\n", encoding="ascii")
    return [listed, *addresses]


def list_users(web_password: str, jobs_password: str) -> str:
    """The server's list of users (its `aclfile`); of a password it holds the digest alone."""
    return "\n".join(
        (
            EVERYBODY_MAY,
            _user(WEB, web_password, WEB_MAY),
            _user(JOBS, jobs_password, JOBS_MAY),
            "",
        )
    )


def _user(name: str, password: str, may: tuple[str, ...]) -> str:
    digest = hashlib.sha256(password.encode()).hexdigest()
    return f"user {name} on #{digest} resetkeys resetchannels -@all {' '.join(may)}"
