"""The instant of a request: read once, the same for everything the request does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from flask import Flask, current_app, g

from workflow.rules.calendar.clock import oslo_date, utc_now
from workflow.settings import Settings


def install(app: Flask, settings: Settings) -> None:
    """Sets the wall clock; tests put their own callable in extensions["planlop_clock"]."""
    app.extensions["planlop_clock"] = utc_now


def now() -> datetime:
    """The aware UTC instant at which this request began to ask."""
    if "now" not in g:
        read: Callable[[], datetime] = current_app.extensions["planlop_clock"]
        g.now = read()
    instant: datetime = g.now
    return instant


def today() -> date:
    """The Norwegian calendar day of this request."""
    return oslo_date(now())
