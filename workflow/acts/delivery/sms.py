"""Carries notices as text messages through one HTTP gateway; neutral words only, and never the plan's number."""

from __future__ import annotations

import json
import re
from typing import Any, Protocol

from pydantic import SecretStr
from sqlalchemy import Connection

from workflow.acts.delivery.channel import (
    NotAccepted,
    Outgoing,
    PendingDelivery,
    RefusedForGood,
    Unknown,
)
from workflow.acts.delivery.http import post_once
from workflow.language import translate
from workflow.words.notices.notices import SMS

TAKEN = range(200, 300)
# Of the refusals those that ask for time; the others say the same of that message for ever.
TRY_LATER = frozenset({408, 425, 429, 503})
REFUSED = range(400, 500)
LONGEST_NAME = 120
NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")
OWN_COUNTRY = "+47"
LENGTH_AT_HOME = 8


class Gateway(Protocol):
    """What the settings say of the gateway; seconds for the time-out."""

    @property
    def sms_url(self) -> str: ...
    @property
    def sms_token(self) -> SecretStr: ...
    @property
    def sms_sender(self) -> str: ...
    @property
    def sms_timeout(self) -> float: ...


class TextMessages:
    """Text messages by a gateway; `address` is that of the app, which each one shows.

    Without a gateway in the settings every message fails at once, visibly.
    """

    channel = "sms"
    together = True
    repeats = False
    wakes = True

    def __init__(self, gateway: Gateway, address: str) -> None:
        self.gateway = gateway
        self.address = address

    def ready(self, conn: Connection) -> None:
        """Nothing is needed of the database."""

    def why_not(self, row: PendingDelivery) -> str:
        """No telephone number that a message could go to, or no wish for any."""
        told_otherwise = row.chosen_channel == "coordinator" and row.for_person
        unwanted = told_otherwise or row.chosen_channel == "none"
        return "no_address" if unwanted or not international(row.phone) else ""

    def send(self, message: Outgoing) -> str:
        """One message, however many notices it stands for; returns the gateway's own id of it.

        Raises NotAccepted, RefusedForGood or Unknown.
        """
        if not self.gateway.sms_url:
            raise RefusedForGood("no_gateway")
        to = message.rows[0]
        body = {
            "to": international(to.phone),
            "from": self.gateway.sms_sender,
            "text": words(to.language, self.address),
            "id": message.id,
        }
        answer = post_once(
            self.gateway.sms_url,
            json.dumps(body).encode(),
            self._headers(),
            self.gateway.sms_timeout,
        )
        if answer.status in TAKEN:
            return gateway_id(answer.body)
        raise _problem(answer.status)

    def _headers(self) -> dict[str, str]:
        token = self.gateway.sms_token.get_secret_value()
        return {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}


def _problem(status: int) -> Exception:
    """What an answer that is no yes means: later, never, or nobody knows."""
    reason = f"http {status}"
    if status in TRY_LATER:
        return NotAccepted(reason, away=True)
    if status in REFUSED:
        return RefusedForGood(reason)
    # Other answers of a server, 500 above all, leave open whether the message went on its way.
    return Unknown(reason)


def words(language: str, address: str) -> str:
    """The whole text: one neutral sentence and the address of the app."""
    return translate(SMS, {"address": address}, language)


def international(phone: str) -> str:
    """A number as gateways take it (+4712345678), or nothing where it cannot be one."""
    digits = re.sub(r"[\s().\-]", "", phone)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if len(digits) == LENGTH_AT_HOME and digits.isdecimal():
        digits = OWN_COUNTRY + digits
    return digits if NUMBER.fullmatch(digits) else ""


def gateway_id(body: bytes) -> str:
    """What the gateway calls the message: the answer's `id`, or nothing."""
    try:
        answer: Any = json.loads(body)
    except ValueError:
        return ""
    name = answer.get("id", "") if isinstance(answer, dict) else ""
    return str(name)[:LONGEST_NAME] if isinstance(name, str | int) else ""
