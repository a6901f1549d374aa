"""A question from another municipality, as it stands in the record once it has come."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Engine, insert

from workflow.acts.neighbours.messages import PlanSummary, digest_summary, spell_part
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Crossing, Notice, new_id
from workflow.rules.crossing.hand_over import OFFERED, RECEIVER, RELEASED, SENDER
from workflow.rules.names.steps import PlanStep


def asked(engine: Engine, now: datetime, name: str, code: str = "9188", **more: object) -> str:
    """The key of an open question about somebody of that name."""
    summary = summed_up(name, now, **more)
    key = new_id()
    with unit_of_work(engine) as session:
        session.execute(
            insert(Crossing),
            {
                "id": key,
                "side": RECEIVER,
                "neighbour_code": code,
                "state": OFFERED,
                "summary": spell_part(summary),
                "summary_digest": digest_summary(summary),
                "offered_at": now,
                "expires_at": summary.expires_at,
                "why": "",
                "reason": "",
                "received_number": "",
                "unit_name": "",
                "coordinator_name": "",
                "coordinator_phone": "",
                "national_id_hmac": "",
            },
        )
    return key


def handed_over(engine: Engine, now: datetime, plan_id: str, party_id: str) -> str:
    """The key of the notice that a plan has gone to another municipality, for who coordinated it."""
    key = new_id()
    with unit_of_work(engine) as session:
        session.add(
            Crossing(
                id=new_id(),
                side=SENDER,
                neighbour_code="9188",
                state=RELEASED,
                plan_id=plan_id,
                summary="",
                offered_at=now,
                released_at=now,
                why="",
                reason="",
                received_number="9188-AB12CD",
                coordinator_name="Eva Strand",
                coordinator_phone="76009188",
            )
        )
        session.add(
            Notice(
                id=key,
                plan_id=plan_id,
                recipient_id=party_id,
                cause=f"e:{key}",
                code=PlanStep.RELEASE_ELSEWHERE,
                subject_id=plan_id,
                role="coordinator_before",
                params="",
                created_at=now,
            )
        )
    return key


def summed_up(name: str, now: datetime, **more: object) -> PlanSummary:
    """All that another municipality says of a plan before it is answered."""
    known = {
        "name": name,
        "born_on": date(1980, 3, 9),
        "protection": "",
        "language": "nb",
        "number": "9188-AB12CD",
        "asked_by": "Eva Strand",
        "asked_phone": "76009188",
        "coordinator": "Eva Strand",
        "coordinator_phone": "76009188",
        "discharge_on": None,
        "first_appointment": "",
        "gaps": "",
        "reason": "Flytter hit i april",
        "scopes": ("goals", "measures"),
        "goals": 2,
        "measures": 5,
        "granted": True,
        "expires_at": now + timedelta(days=14),
        **more,
    }
    return PlanSummary.model_validate(known)
