"""E-mails about one's own sign-in: a one-time link, or that something was changed; no plan is named in them."""

from __future__ import annotations

from binascii import b2a_qp
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import cast

from sqlalchemy import Connection, Table, insert, select

from workflow.acts.accounts.sealing import link_token
from workflow.acts.accounts.sessions import digest_token
from workflow.acts.delivery.channel import Outgoing, PendingDelivery, RefusedForGood
from workflow.acts.delivery.email import MailSender
from workflow.acts.delivery.email_text import is_sendable
from workflow.acts.delivery.enqueue import DELIVERY, NOTICE
from workflow.language import translate
from workflow.record.database.portable_sql import one_at_a_time
from workflow.record.models import Credential, Invitation, Party, new_id
from workflow.words.letters import account_mail as said

CHANNEL = "account"
CHANGED, RESET, GUEST = "L.changed", "L.reset", "L.guest"
PAGES = {RESET: "invitasjon", GUEST: "gjest/lenke"}
PURPOSES = {RESET: "reset", GUEST: "guest"}
LATEST = timedelta(days=1)
INVITATION = cast(Table, Invitation.__table__)
CREDENTIAL = cast(Table, Credential.__table__)


def notify_account(conn: Connection, party: Party, now: datetime) -> None:
    """Tells a party that the sign-in was changed: in the app, and by e-mail where there is one."""
    _queue(conn, _AccountNotice(party.id, CHANGED, f"c:{new_id()}"), now)


@dataclass(frozen=True, slots=True)
class _AccountNotice:
    """What one party is told, once per cause."""

    party_id: str
    code: str
    cause: str
    subject_id: str | None = None
    plan_id: str | None = None


def queue(conn: Connection, now: datetime) -> int:
    """Queues what nobody could when it was asked for, since nobody was signed in; returns how many.

    For each link that is good and not sent yet its e-mail, and one for each password that was
    changed by a link. Done by a worker, so that asking costs the same whether an e-mail is known
    or not. Nothing is queued twice.
    """
    # Two workers would both find a link unsent, and one of them fail on the other's notice.
    one_at_a_time(conn, "account mails")
    known = (*_links(conn, now), *_changed(conn, now))
    fresh = [told for told in known if not _is_queued(conn, told)]
    for told in fresh:
        _queue(conn, told, now)
    return len(fresh)


def _is_queued(conn: Connection, told: _AccountNotice) -> bool:
    query = select(NOTICE.c.id).where(
        NOTICE.c.cause == told.cause,
        NOTICE.c.recipient_id == told.party_id,
    )
    return conn.execute(query).first() is not None


def _links(conn: Connection, now: datetime) -> list[_AccountNotice]:
    """The links that are good and of a purpose that is sent by e-mail."""
    sent = {purpose: code for code, purpose in PURPOSES.items()}
    rows = conn.execute(
        select(INVITATION).where(
            INVITATION.c.purpose.in_(sent),
            INVITATION.c.used_at.is_(None),
            INVITATION.c.expires_at > now,
        )
    )
    return [
        _AccountNotice(
            row.party_id,
            sent[row.purpose],
            f"l:{row.id}",
            row.id,
            row.plan_id,
        )
        for row in rows
    ]


def _changed(conn: Connection, now: datetime) -> list[_AccountNotice]:
    """The links by which a password was chosen a short while ago."""
    rows = conn.execute(
        select(INVITATION.c.id, INVITATION.c.party_id)
        .join(CREDENTIAL, CREDENTIAL.c.party_id == INVITATION.c.party_id)
        .where(
            INVITATION.c.purpose == PURPOSES[RESET],
            INVITATION.c.used_at > now - LATEST,
            INVITATION.c.used_at == CREDENTIAL.c.changed_at,
        )
    )
    return [_AccountNotice(row.party_id, CHANGED, f"c:{row.id}") for row in rows]


def _queue(conn: Connection, told: _AccountNotice, now: datetime) -> None:
    """The notice, and its e-mail, to go out now, whatever the party chose about notices.

    The row holds the link's id; its secret part is made by whoever sends it.
    """
    key = new_id()
    row = {
        "id": key,
        "recipient_id": told.party_id,
        "plan_id": told.plan_id,
        "cause": told.cause,
        "code": told.code,
        "subject_id": told.subject_id,
        "due_version": 0,
        "role": "account",
        "params": "",
        "created_at": now,
        # A link is for the mailbox alone; in the app it would count as unread.
        "read_at": None if told.code == CHANGED else now,
    }
    mail = {
        "id": new_id(),
        "notice_id": key,
        "recipient_id": told.party_id,
        "channel": CHANNEL,
        "state": "waiting",
        "reason": "",
        "attempts": 0,
        "next_try_at": now,
        "claimed_by": "",
    }
    conn.execute(insert(NOTICE), [row])
    conn.execute(insert(DELIVERY), [mail])


class AccountMails:
    """Those e-mails over one connection, each by itself, at any hour; `secret` makes the links."""

    channel = CHANNEL
    together = False
    repeats = False
    wakes = False

    def __init__(self, post: MailSender, address: str, secret: str) -> None:
        self.post = post
        self.address = address
        self.secret = secret
        self.links: Mapping[str, tuple[str, datetime]] = {}

    def ready(self, conn: Connection) -> None:
        """The links that are still good: few at any time."""
        rows = conn.execute(
            select(Invitation.id, Invitation.token_hash, Invitation.expires_at).where(
                Invitation.used_at.is_(None), Invitation.purpose != ""
            )
        )
        self.links = {row.id: (row.token_hash, row.expires_at) for row in rows}

    def why_not(self, row: PendingDelivery) -> str:
        """No address that can stand in a header, or a link that is spent or was replaced."""
        if not is_sendable(row.email):
            return "no_address"
        return "spent" if row.code in PAGES and row.subject_id not in self.links else ""

    def send(self, message: Outgoing) -> str:
        """One e-mail. Raises NotAccepted, RefusedForGood or Unknown."""
        row = message.rows[0]
        link = self._link(row, message.now) if row.code in PAGES else ""
        self.post.send(row.email, self._mail(row, message, link))
        return ""

    def _link(self, row: PendingDelivery, now: datetime) -> str:
        """The address behind the link; too old, or made under another secret, it is not sent."""
        key = row.subject_id or ""
        token = link_token(self.secret, key)
        stored, expires = self.links[key]
        if expires <= now:
            raise RefusedForGood("too_old")
        if digest_token(token) != stored:
            raise RefusedForGood("secret_changed")
        return f"{self.address}/{PAGES[row.code]}/{token}"

    def _mail(self, row: PendingDelivery, message: Outgoing, link: str) -> bytes:
        sender = self.post.sender
        mail = EmailMessage(policy=SMTP)
        mail["From"] = sender
        mail["To"] = row.email
        mail["Date"] = format_datetime(message.now)
        mail["Message-ID"] = f"<{message.id}@{sender.rpartition('@')[2].rstrip('>')}>"
        mail["Subject"] = translate(said.SUBJECTS[row.code], {}, row.language)
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content("", cte="quoted-printable")
        head = mail.as_bytes().rstrip(b"\r\n") + b"\r\n\r\n"
        # Whoever sends it needs the last line ended too.
        words = text(row, link or self.address) + "\n"
        return head + b2a_qp(words.replace("\n", "\r\n").encode())


def text(row: PendingDelivery, address: str) -> str:
    """The words of the e-mail: what it is, the address on a line of its own, what else to do."""
    return "\n\n".join(
        translate(part, {"address": address}, row.language) for part in said.TEXTS[row.code]
    )
