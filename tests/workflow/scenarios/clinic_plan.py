"""Scenario 4's plan from a place of treatment (domain 7), told once for each way it can come."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.workflow.proofs import rows
from tests.world import AGREED, World
from workflow.acts.base.context import StepResult
from workflow.record.models import Measure
from workflow.rules.names.steps import MeasureStep, PlanStep

NAMES = ("Samtale hver uke", "Trening", "Medisiner", "Gruppe på kvelden", "Bolig")


def receive(world: World, **more: Any) -> StepResult:
    """The clinic's plan arrives: 2 goals, 5 measures, another template, no IOP."""
    return world.take(
        "liv",
        PlanStep.REGISTER_INCOMING,
        person_id=world.party["kim"],
        source_name="Klinikken",
        document_title="Behandlingsplan",
        document_text="Hele planen",
        goals="Rusfri\nBo for seg selv",
        measures="\n".join(NAMES),
        unmapped="Døgnrytme\nIOP: nei",
        agreed_how="paper",
        **more,
    )


def grant(world: World, plan: str) -> None:
    """Yes to the plan, and Mona coordinates it."""
    world.take(
        "oda",
        PlanStep.GRANT,
        plan,
        why_long="År",
        why_coordinated="Klinikk og kommune",
        wish_coordinator="Mona",
        to_party_id=world.party["mona"],
    )
    world.take("mona", PlanStep.ACCEPT_COORDINATOR, plan)


def agree(world: World, plan: str, discharge: date) -> dict[str, str]:
    """Three measures accepted, one declined, one needs another service; the state of each at the end."""
    measures = {m.text: m.id for m in rows(world, Measure, plan)}
    for name in NAMES[:3]:
        world.take(
            "mona",
            MeasureStep.AGREE,
            plan,
            measures[name],
            accountable_id=world.party["mona"],
            due_on=discharge + timedelta(days=3),
            **AGREED,
        )
    world.take("kim", MeasureStep.REFUSE, plan, measures["Gruppe på kvelden"])
    world.take(
        "mona",
        MeasureStep.SERVICE_DENIES,
        plan,
        measures["Bolig"],
        reason="Annen tjeneste",
        unmet_code="not_offered",
    )
    world.take("mona", PlanStep.START, plan, next_review_on=world.days(60))
    return {m.text: m.state for m in rows(world, Measure, plan)}


AT_THE_END = dict.fromkeys(NAMES[:3], "decided") | dict.fromkeys(NAMES[3:], "closed")
