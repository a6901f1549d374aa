"""A broker for tests, on a unix socket in a short folder of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jobs.broker import Broker, start


@contextmanager
def running_broker() -> Iterator[Broker]:
    """A broker that nobody else uses; ends with the block. Raises BrokerUnavailable."""
    with tempfile.TemporaryDirectory(prefix="plbr-") as home:
        broker = start(Path(home))
        try:
            yield broker
        finally:
            broker.stop()
