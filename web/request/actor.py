"""The reader as the engine's actor, with the key that makes a form pressed twice one step."""

from __future__ import annotations

from flask import g, request

from web.request.reader import current_reader
from workflow.record.access.open_plan import Actor

LONGEST_IDEMPOTENCY_KEY = 36  # a UUID, as the page makes it


def current_actor() -> Actor:
    """Who acts in this request; raises Unauthorized where nobody is signed in."""
    who, lender = current_reader(), g.get("lender")
    return Actor(
        who.party_id,
        lender_id=lender.party_id if lender else None,
        private=who.private,
        idempotency_key=request.form.get("_press", "")[:LONGEST_IDEMPOTENCY_KEY],
    )
