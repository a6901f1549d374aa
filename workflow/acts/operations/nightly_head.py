"""Each night's signed head: made once, written to the log, kept, and mailed to whom the municipality names.

Its key lies in a file of the workers': whoever can change the database cannot sign what it became.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from workflow.record.database.engine import unit_of_work
from workflow.record.database.header import number_of
from workflow.record.history import signed_heads
from workflow.record.history.hash_chain import to_canonical
from workflow.record.history.signed_heads import HEAD
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.engine.denials import PlanlopError

LOG = logging.getLogger("planlop.heads")
# One file serves an installation: each municipality signs with a key of its own that comes of it.
PURPOSE = b"planlop head sign 1:"
SHORTEST = 32
GIVE_UP_AFTER = timedelta(days=7)  # the heads after it say more than one that could not be mailed
SUBJECT = "Planløp {municipality}: hode {seq}"
# Read by whoever keeps it, who is seldom in the program.
WORDS = (
    "Ta vare på denne teksten utenfor Planløp. Med den viser planlop verify --head om noe er endret "
    "siden {day}.\n\n{file}\n"
)


class HeadUnreadable(PlanlopError):
    """The file is no head: not JSON, or not everything that one says."""

    code = "head_unreadable"


class HeadPost(Protocol):
    """What hands one mail to the mail server."""

    @property
    def sender(self) -> str: ...
    def send(self, recipient: str, content: bytes) -> None:
        """Raises NotAccepted or Unknown."""


def signing_key(secret: str, code: str) -> Ed25519PrivateKey | None:
    """A municipality's key, out of the installation's secret; None without a secret."""
    if len(secret) < SHORTEST:
        return None
    derived = HKDF(SHA256(), SHORTEST, salt=None, info=PURPOSE + code.encode())
    return Ed25519PrivateKey.from_private_bytes(derived.derive(secret.encode()))


def public_text(key: Ed25519PrivateKey) -> str:
    """The public half in base64."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def note_due(
    session: Session, key: Ed25519PrivateKey | None, now: datetime
) -> Mapping[str, Any] | None:
    """Makes the head of this Norwegian night; None where there is one, or no municipality yet.

    It stands in the log too, in one line that is the file.
    """
    if not number_of(session):
        return None
    before = signed_heads.last_head(session)
    if before and oslo_date(before["at"]) >= oslo_date(now):
        return None
    said = signed_heads.describe_record(session, now)
    signature = base64.b64encode(key.sign(to_canonical(said).encode())).decode() if key else ""
    signed_heads.keep_head(session, said, public_text(key) if key else "", signature)
    kept = signed_heads.last_head(session)
    assert kept is not None
    LOG.info("signed head %s", file_of(kept))
    return kept


def file_of(head: Mapping[str, Any]) -> str:
    """A kept head as the one line that is logged, mailed, and read again by `read_file`."""
    whole = {
        "said": json.loads(head["text"]),
        "key": head["key"],
        "signature": head["signature"],
    }
    return to_canonical(whole)


def read_file(text: str) -> dict[str, Any]:
    """What a noted head says, from its line or from a mail around it. Raises HeadUnreadable."""
    line = next((one for one in text.splitlines() if one.strip().startswith('{"key"')), text)
    try:
        whole = json.loads(line)
        said = whole["said"]
        names = {"municipality", "seq", "at", "plans", "events", "root", "chain", "seal"}
        if not names <= said.keys() or not {"key", "signature"} <= whole.keys():
            raise HeadUnreadable
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise HeadUnreadable from problem
    return dict(whole)


def find_unsigned(head: Mapping[str, Any], own: Ed25519PrivateKey | None) -> str:
    """Why the signature proves nothing, as a code, or "": another key, none, or not what was signed."""
    if not head["signature"]:
        return "head_unsigned" if own else ""
    if own and head["key"] != public_text(own):
        return "head_key"
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(head["key"]))
        signature = base64.b64decode(head["signature"])
        public.verify(signature, to_canonical(head["said"]).encode())
    except (InvalidSignature, ValueError):
        return "head_signature"
    return ""


def mail_waiting(engine: Engine, post: HeadPost, to: Sequence[str], now: datetime) -> int:
    """Mails every head of the last seven days that has not gone out. Returns how many did.

    A crash after the server took one mails it again. Raises NotAccepted, Unknown.
    """
    waiting = select(HEAD).where(HEAD.c.mailed_at.is_(None), HEAD.c.at > now - GIVE_UP_AFTER)
    with unit_of_work(engine) as session:
        heads = session.execute(waiting.order_by(HEAD.c.seq)).mappings().all() if to else []
    for head in heads:
        for recipient in to:
            post.send(recipient, write_mail(dict(head), post.sender, recipient, now))
        with unit_of_work(engine) as session:
            session.execute(update(HEAD).where(HEAD.c.id == head["id"]).values(mailed_at=now))
    return len(heads)


def write_mail(head: Mapping[str, Any], sender: str, recipient: str, now: datetime) -> bytes:
    """The mail: numbers and digests, and nothing of anybody."""
    said = json.loads(head["text"])
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = sender, recipient
    message["Subject"] = SUBJECT.format(**said)
    message["Date"] = format_datetime(now)
    message["Auto-Submitted"] = "auto-generated"
    # The line must come out whole: it is what is signed.
    words = WORDS.format(day=oslo_date(head["at"]).isoformat(), file=file_of(head))
    message.set_content(words, cte="quoted-printable")
    return message.as_bytes()
