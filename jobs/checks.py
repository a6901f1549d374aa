"""What `planlop doctor` asks of the broker: does it answer, and how much waits."""

from __future__ import annotations

from redis.exceptions import RedisError

from jobs.municipalities import list_codes
from jobs.queue import connect_broker, open_queue
from workflow.settings import Settings


def broker(settings: Settings) -> tuple[str, bool, str]:
    """Whether the broker answers, and how many jobs wait; without it the workers look for themselves."""
    try:
        with connect_broker(settings.redis_url) as client:
            return (
                "broker",
                True,
                f"{sum(len(open_queue(client, code)) for code in list_codes(settings))} jobs wait",
            )
    except (RedisError, OSError) as problem:
        return "broker", False, f"{where(settings)} does not answer: {type(problem).__name__}"


def where(settings: Settings) -> str:
    """Which broker was asked, and by what it is chosen; a password in its address is not told."""
    if "redis_url" in settings.model_fields_set:
        return "the broker of PLANLOP_REDIS_URL"
    return f"the broker of the data folder {settings.home.resolve()} (PLANLOP_HOME)"
