"""Local accounts for the page tests: somebody with a password and an app, and what a worker sends them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyotp
from flask import Flask
from flask.testing import FlaskClient

from tests.web.conftest import NOW
from web.request.database import db
from workflow.acts.accounts import invitations, mail, passwords, totp
from workflow.acts.accounts.mail import AccountMails
from workflow.acts.delivery.send_batch import deliver_by
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Authenticator, Credential, Identity, Party

PASSWORD = "fire blaa hester gaar"
OTHER = "et helt annet ordtak"
STEP = timedelta(seconds=30)


def first_link(app: Flask, party_id: str) -> str:
    """The token of a one-time link for somebody who has no way in yet."""
    with app.app_context(), unit_of_work(db.engine) as session:
        party = session.get_one(Party, party_id)
        for held in (Credential, Authenticator, Identity):
            session.query(held).filter(held.party_id == party_id).delete()
        return invitations.make_invitation(session, party, NOW)


class Caught:
    """A mail server that keeps what it is given."""

    sender = "planlop@example.invalid"

    def __init__(self) -> None:
        self.mails: list[tuple[str, str]] = []

    def send(self, recipient: str, content: bytes) -> None:
        """Keeps one."""
        text = content.decode().replace("=\r\n", "").replace("=3D", "=")
        self.mails.append((recipient, text))


def account(
    app: Flask, party_id: str, secret: str = "", words: str = PASSWORD
) -> pyotp.TOTP | None:
    """Gives somebody a password and, with a secret, an app; returns the app."""
    with app.app_context(), unit_of_work(db.engine) as session:
        party = session.get(Party, party_id)
        assert party is not None
        passwords.store(session, party, passwords.hash_password(words), NOW - timedelta(days=1))
        if not secret:
            return None
        before = NOW - 10 * STEP
        begun = totp.begin(session, party, "Telefonen", secret, before)
        made = pyotp.TOTP(begun.key)
        totp.confirm(session, party, made.at(before), secret, before)
        return made


def sign_in(browser: FlaskClient, email: str, words: str = PASSWORD) -> str:
    """Signs in with a password; where it leads."""
    answer = browser.post("/logg-inn", data={"email": email, "password": words})
    return answer.headers.get("Location", str(answer.status_code))


def carried(app: Flask, secret: str, moment: datetime = NOW) -> list[tuple[str, str]]:
    """What a worker sends now."""
    post = Caught()
    with app.app_context():
        with unit_of_work(db.engine) as session:
            mail.queue(session.connection(), moment)
        deliver_by(db.engine, AccountMails(post, "http://localhost:8000", secret), moment)
    return post.mails
