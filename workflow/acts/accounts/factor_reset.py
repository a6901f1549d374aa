"""Somebody has lost the telephone and the codes on paper: another takes the second factors away, traced and told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from workflow import security_log
from workflow.acts.accounts import second_factors
from workflow.acts.accounts.sessions import end_all
from workflow.record.access.open_plan import Actor, write_trace
from workflow.record.access.role_holders import roles_of
from workflow.record.models import Party
from workflow.rules.engine.denials import NotThere

MAY = ("administrator", "coordinating")


def reset(session: Session, actor: Actor, party_id: str, now: datetime) -> int:
    """Takes a party's second factors away, so that new ones are set up at the next sign-in.

    1. Only an administrator, the coordinating unit or the operator, never for oneself.
    2. Every session of the party ends; the password stays as it is and is still asked for.
    3. A trace says who did it (`reset_factors`; plan_ids holds the party), and the party is told
       in the app and by e-mail.

    Returns how many authenticators and codes went. Raises NotThere.
    """
    ground = _ground(session, actor, now)
    party = session.get(Party, party_id)
    if not ground or party is None:
        raise NotThere(party_id)
    if actor.party_id == party_id:
        raise NotThere(party_id)
    gone = second_factors.forget_all(session, party_id)
    end_all(session, party_id, now, "revoked")
    second_factors.tell_change(session, party, now)
    write_trace(session, actor, "reset_factors", ground, now, plan_ids=party_id)
    security_log.note("authenticator", subject=party_id, reason="reset", count=gone)
    return gone


def _ground(session: Session, actor: Actor, now: datetime) -> str:
    if actor.kind != "party":
        return actor.kind
    return next(iter(sorted(roles_of(session, actor.party_id, now, *MAY))), "")
