"""Counts failed tries in this process, so that passwords cannot be guessed fast; nothing is stored."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock

MOST_KEYS = 10_000


class Throttle:
    """Lets a key try `most` times within `minutes`; each web process counts for itself."""

    def __init__(self, most: int, minutes: int) -> None:
        self.most = most
        self.window = timedelta(minutes=minutes)
        self.tries: OrderedDict[str, deque[datetime]] = OrderedDict()
        self.lock = Lock()

    def lets(self, key: str, now: datetime) -> bool:
        """Notes one try and says whether it may go on."""
        with self.lock:
            tries = self.tries.setdefault(key, deque(maxlen=self.most))
            self.tries.move_to_end(key)
            while len(self.tries) > MOST_KEYS:
                self.tries.popitem(last=False)
            full = len(tries) == self.most and tries[0] > now - self.window
            if not full:
                tries.append(now)
            return not full
