"""How our own lines of the log look and how many there are; security events have a log of their own."""

from __future__ import annotations

import logging
import sys
import time

OURS = ("web", "jobs", "workflow")
FORM = "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s: %(message)s"
DAY_AND_HOUR = "%Y-%m-%dT%H:%M:%S"


def speak(level: str) -> None:
    """Sends our lines of that weight and more to standard error, in UTC; safe to call twice.

    Other packages' lines are left as they are: what they find worth a DEBUG may hold content.
    """
    for name in OURS:
        log = logging.getLogger(name)
        log.setLevel(level)
        if not log.handlers:
            log.addHandler(_handler())


def _handler() -> logging.Handler:
    form = logging.Formatter(FORM, DAY_AND_HOUR)
    form.converter = time.gmtime
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(form)
    return handler
