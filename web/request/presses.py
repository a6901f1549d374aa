"""One press is one answer: a form sent twice is led where it was led the first time.

What a press changes it also takes away: the one who left is no longer among those to choose, and who
stopped coordinating no longer reads the plan. Read against that, the same form would be wrong or lead
nowhere; so the answer it had is looked for before anything else is read, here for every page.
"""

from __future__ import annotations

import logging

from flask import Flask, flash, g, redirect, request
from flask import session as cookie
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from web.request.actor import LONGEST_IDEMPOTENCY_KEY
from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.reader import Reader
from web.request.translate import gettext
from workflow.acts.operations import press_answers
from workflow.settings import Settings

# What a page answers where the first of two presses at once has changed what the second one needs.
OVERTAKEN = (403, 404, 409, 422)
LONGEST_ADDRESS = 2000
log = logging.getLogger(__name__)


def install(app: Flask, settings: Settings) -> None:
    """Looks for the answer before each change, and keeps it after."""
    app.before_request(answer_press)
    app.after_request(keep_answer)


def answer_press() -> Response | None:
    """The answer that this press had before; None for a new one."""
    g.press = key_of_request()
    return find_answer(g.press) if g.press else None


def key_of_request() -> str:
    """The key of the press that this request is; empty for what is no press of a signed-in reader.

    A file is no part of a key: what is sent with one is the page's own to know again.
    """
    who: Reader | None = g.get("reader")
    if request.method != "POST" or who is None or request.files:
        return ""
    press = request.form.get("_press", "")[:LONGEST_IDEMPOTENCY_KEY]
    if not press:
        return ""
    said = [pair for pair in request.form.items(multi=True) if pair[0] != "csrf_token"]
    return press_answers.key_of_press(press, who.party_id, request.full_path, said)


def find_answer(key: str) -> Response | None:
    """On to where the press led, with a line that it is saved unless the first answer's still waits."""
    location = press_answers.find_answer(db_session(), key)
    if location is None:
        return None
    if not cookie.get("_flashes"):
        flash(gettext("Det er lagret."))
    return redirect(location, 303)


def keep_answer(response: Response) -> Response:
    """Keeps where a press led; a press that another one overtook meanwhile is led where that one was."""
    key: str = g.get("press", "")
    if not key:
        return response
    try:
        if response.status_code in OVERTAKEN:
            return find_answer(key) or response
        if response.status_code == 303 and len(response.location) <= LONGEST_ADDRESS:
            with open_unit() as session:
                press_answers.keep_answer(session, key, response.location, now())
    # The change itself is committed: that a second press would be judged anew must not undo its answer.
    except SQLAlchemyError:
        log.exception("the answer of a press was not kept")
    return response
