"""The channels of one delivery job and their turns, so that none waits for another that is slow."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Engine

from workflow.acts.accounts.mail import AccountMails
from workflow.acts.delivery.channel import Channel
from workflow.acts.delivery.email import Mailing
from workflow.acts.delivery.send_batch import LONGEST_BATCH, DeliveryResult, deliver_by
from workflow.acts.delivery.sms import TextMessages
from workflow.acts.delivery.smtp import Post
from workflow.acts.delivery.webhook import Calls
from workflow.rules.calendar.clock import utc_now
from workflow.settings import Settings

CHANNELS = ("email", "sms", "webhook", "account")


@contextmanager
def open_channels(settings: Settings) -> Iterator[Sequence[Channel]]:
    """Every way for messages to go; what waits for a person to tell (`coordinator`) has none."""
    with Post(settings, settings.smtp_password.get_secret_value()) as post:
        yield (
            Mailing(post, settings.base_url),
            TextMessages(settings, settings.base_url),
            Calls(settings),
            AccountMails(post, settings.base_url, settings.secret_key.get_secret_value()),
        )


def deliver_on(engine: Engine, channels: Sequence[Channel], settings: Settings) -> DeliveryResult:
    """Batch after batch, each channel in turn with its share of the time, until nothing goes out."""
    total = DeliveryResult()
    ends = time.monotonic() + LONGEST_BATCH
    standing = list(channels)
    while standing and (left := ends - time.monotonic()) > 0:
        for carrier in tuple(standing):
            result = deliver_by(
                engine,
                carrier,
                utc_now(),
                batch=settings.delivery_batch,
                lease_seconds=settings.lease_seconds,
                longest=left / len(standing),  # a slow mail server takes no other channel's time
            )
            total.add(result)
            if not result.mails:
                standing.remove(carrier)
    return total
