"""The rule of one's own interest, for what is done outside a plan: substitutes, roles, findings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from workflow.record.access.open_plan import Actor, own_parties
from workflow.rules.engine.denials import Denial, Refused
from workflow.rules.engine.own_interest import OWN_INTEREST, OWN_WORK


def require_another(
    conn: Connection | Session, actor: Actor, party_id: str | None, now: datetime
) -> None:
    """Nobody lets in, raises or relieves themselves, or whom they act for or as. Raises Refused."""
    if party_id is not None and party_id in own_parties(conn, actor, now):
        raise Refused([Denial(OWN_INTEREST, {}, ("leader", "coordinating_unit"))])


def require_others_work(
    conn: Connection | Session, actor: Actor, made_by: str | None, now: datetime
) -> None:
    """Nobody reviews or explains what they did themselves. Raises Refused."""
    if made_by is not None and made_by in own_parties(conn, actor, now):
        raise Refused([Denial(OWN_WORK, {}, ("privacy_officer",))])
