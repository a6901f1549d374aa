"""The carriers of one delivery job, made from the settings; each carrier itself lives in workflow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from workflow.acts.carrying import Carrier
from workflow.acts.mailing import Mailing
from workflow.acts.post import Post
from workflow.settings import Settings

CHANNELS = ("email", "sms", "webhook")


@contextmanager
def carriers(settings: Settings) -> Iterator[Sequence[Carrier]]:
    """Every way for messages to go; what waits for a person to tell (`coordinator`) has none."""
    with Post(settings, settings.smtp_password.get_secret_value()) as post:
        yield (Mailing(post, settings.base_url),)
