"""Looks, while people use the pages, whether anybody still sweeps: it shows even when every job is dead."""

from __future__ import annotations

import logging
import time
from collections import defaultdict

from flask import Flask, Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.municipality import find_municipality, require_municipality
from workflow.acts.operations.sweep_alarm import SWEEP, is_late, watch_sweeps
from workflow.record.operations import heartbeats
from workflow.settings import Settings

EVERY_SECONDS = 60.0
LOOKED = "planlop_watched"
log = logging.getLogger(__name__)


def install(app: Flask, settings: Settings) -> None:
    """Looks after a staff page, at most once a minute in each process, first a minute from now."""
    begun = time.monotonic()
    app.extensions[LOOKED] = defaultdict(lambda: begun)
    app.after_request(look)


def look(response: Response) -> Response:
    """Tells the administrators of an outage; a database that is away is the page's own trouble."""
    if request.blueprint == "staff" and find_municipality() is not None and _is_time():
        try:
            _tell()
        except SQLAlchemyError as problem:
            log.error("nobody could look whether sweeps go on: %s", type(problem).__name__)
    return response


def _is_time() -> bool:
    looked: dict[str, float] = current_app.extensions[LOOKED]
    code = require_municipality().code
    if time.monotonic() - looked[code] < EVERY_SECONDS:
        return False
    looked[code] = time.monotonic()
    return True


def _tell() -> None:
    """Reads first: a page takes the writer's lock only where there is something to write."""
    if is_late(heartbeats.last(db_session(), SWEEP), now()):
        with open_unit() as session:
            watch_sweeps(session.connection(), now())
