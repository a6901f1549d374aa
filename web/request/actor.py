"""The reader as an actor of the engine; what an actor may do is decided in workflow."""

from __future__ import annotations

from flask import request

from web.request.reader import reader
from workflow.record.access.open_plan import Actor

LONGEST_PRESS = 36


def current_actor() -> Actor:
    """Who acts in this request; raises Unauthorized where nobody is signed in."""
    who = reader()
    return Actor(
        who.party_id,
        beside=who.beside_plan_id is not None,
        press=request.form.get("_press", "")[:LONGEST_PRESS],
    )
