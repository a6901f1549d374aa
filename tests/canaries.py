"""A plan with one word of its own for each scope in everything written there: read elsewhere, it has leaked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any

from sqlalchemy import insert, update

from tests.world import AGREED, World
from workflow.record.database.engine import unit_of_work
from workflow.record.models import Absence, Consent, new_id
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep
from workflow.rules.sharing.scopes import CALENDAR, DOCUMENTS, GOALS, HEALTH, MEASURES, MESSAGES

CANARY: Mapping[str, str] = {
    GOALS: "Gullfinken",
    MEASURES: "Taksvalen",
    CALENDAR: "Kalanderlerken",
    MESSAGES: "Meisekongen",
    DOCUMENTS: "Dompapen",
    HEALTH: "Havhesten",
}
OWN: Mapping[str, str] = {"ali": "Alkekongen", "hege": "Hegren", "mona": "Munken"}
# By whom it was written to: hers and the writer's to read whatever is shared.
LETTERS: Mapping[str, str] = {"mona": "Lomvien", "ali": "Lappuglen"}
# Those whom the plan is shared with by consent; the others stand on law.
SHARED_WITH = ("mona", "ali", "frida", "hege")


@dataclass
class Aviary:
    """Kim's plan in use with all of it around: what stands in each scope, and whose each measure is."""

    world: World
    plan: str
    own: dict[str, str] = field(default_factory=dict)
    meetings: list[str] = field(default_factory=list)

    def share(self, name: str, scopes: str | None) -> None:
        """What Kim shares with somebody, written straight into the record; None: nothing any more."""
        here = (Consent.plan_id == self.plan, Consent.receiver_id == self.world.party[name])
        with unit_of_work(self.world.engine) as session:
            session.execute(
                update(Consent).where(*here),
                {
                    "withdrawn_at": self.world.now if scopes is None else None,
                    "scopes": scopes or "",
                },
            )


def aviary(world: World) -> Aviary:
    """Every kind of word that people write in a plan, by the ordinary steps."""
    word, party = CANARY, world.party
    plan = world.requested()
    world.take(
        "oda",
        PlanStep.GRANT,
        plan,
        why_long=word[DOCUMENTS],
        why_coordinated=word[DOCUMENTS],
        archive_case=word[DOCUMENTS],
        wish_coordinator="Mona",
        to_party_id=party["mona"],
    )
    world.take("mona", PlanStep.ACCEPT_COORDINATOR, plan)
    world.take(
        "mona", PlanStep.START, plan, next_review_on=world.days(90), most_important=word[GOALS]
    )
    birds = Aviary(world, plan)
    world.take(
        "kim", PlanStep.SET_WHAT_MATTERS, plan, most_important=word[GOALS], limits=word[HEALTH]
    )
    world.take("kim", PlanStep.WRITE_HEALTH, plan, words=word[HEALTH])
    world.take(
        "mona",
        PlanStep.ADD_GOAL,
        plan,
        own_words=word[GOALS],
        clarified=word[GOALS],
        condition=word[GOALS],
        **AGREED,
    )
    world.take(
        "mona",
        PlanStep.SET_FRAME,
        plan,
        service_aim=word[GOALS],
        ground_rules=word[GOALS],
        **AGREED,
    )
    world.take("mona", PlanStep.ADD_SUB_PLAN, plan, title=word[GOALS], **AGREED)
    world.take(
        "mona", PlanStep.ADD_PARTICIPANT, plan, party_id=party["ali"], role="Veileder", **AGREED
    )
    world.take(
        "mona", PlanStep.ADD_PARTICIPANT, plan, party_id=party["frida"], kind="relative", **AGREED
    )
    world.take(
        "mona", PlanStep.ADD_REPRESENTATION, plan, representative_id=party["mor"], ground="guardian"
    )
    _measures(birds)
    _meetings(birds)
    world.take("kim", PlanStep.WRITE, plan, words=LETTERS["mona"])
    world.take("mona", PlanStep.WRITE, plan, to_party_id=party["ali"], words=LETTERS["ali"])
    world.take("mona", PlanStep.TALKED, plan, words=word[MESSAGES])
    world.take("kim", PlanStep.ASK_FOR_STEP, plan, step=LETTERS["mona"], words=LETTERS["mona"])
    world.take("kim", PlanStep.COMPLAIN, plan, about="content", words=word[DOCUMENTS])
    with unit_of_work(world.engine) as session:
        session.execute(
            insert(Absence),
            {
                "id": new_id(),
                "party_id": party["mona"],
                "substitute_id": party["vik"],
                "from_at": world.now,
                "until_at": world.now + timedelta(days=400),
            },
        )
    return birds


def _measures(birds: Aviary) -> None:
    """One measure of the person's, done and judged, and one that each helper has as her own."""
    world, plan, word = birds.world, birds.plan, CANARY
    first = _agreed(
        birds, "kim", word[MEASURES], condition=word[MEASURES], agreed_consequence=word[HEALTH]
    )
    world.take("kim", MeasureStep.DONE, plan, first)
    world.take(
        "mona",
        MeasureStep.EVALUATE,
        plan,
        first,
        outcome="achieved",
        rating="good",
        result_words=word[MEASURES],
        way_of_working=word[MEASURES],
        **AGREED,
    )
    _agreed(birds, "kim", word[MEASURES])
    world.take("mona", MeasureStep.PROPOSE, plan, text=word[MEASURES])
    birds.own["ali"] = _agreed(birds, "ali", OWN["ali"], agreed_consequence=word[HEALTH])
    birds.own["mona"] = _agreed(birds, "mona", OWN["mona"])
    helped = _agreed(birds, "kim", OWN["hege"], helper_ids=[world.party["hege"]])
    birds.own["hege"] = helped


def _agreed(birds: Aviary, accountable: str, text: str, **more: Any) -> str:
    world = birds.world
    made = world.take("mona", MeasureStep.PROPOSE, birds.plan, text=text, **more)
    key: str = made.subject_id
    world.take(
        "mona",
        MeasureStep.AGREE,
        birds.plan,
        key,
        accountable_id=world.party[accountable],
        accountable_said_yes=True,
        due_on=world.days(10),
        **AGREED,
    )
    return key


def _meetings(birds: Aviary) -> None:
    """One held with minutes, one called: place, agenda and view of the calendar, minutes papers."""
    world, plan, word = birds.world, birds.plan, CANARY
    for days, held in ((8, False), (9, True)):
        meeting = world.take(
            "mona",
            MeetingStep.PLAN,
            plan,
            starts_on=world.days(days),
            starts_time=time(10, 0),
            place=word[CALENDAR],
            agenda=word[CALENDAR],
            chair_id=world.party["mona"],
            party_ids=[world.party[name] for name in ("ali", "frida", "hege", "kim")],
        ).subject_id
        world.take("mona", MeetingStep.CALL, plan, meeting, agenda=word[CALENDAR], **AGREED)
        world.take(
            "kim",
            MeetingStep.PREPARE,
            plan,
            meeting,
            written_view=word[CALENDAR],
            support_person=word[CALENDAR],
        )
        world.take(
            "ali",
            MeetingStep.REPORT_ABSENCE,
            plan,
            meeting,
            reason=word[CALENDAR],
            stand_in=word[CALENDAR],
        )
        if held:
            now, world.now = world.now, world.now + timedelta(days=days, hours=1)
            world.take("mona", MeetingStep.HELD, plan, meeting, **AGREED)
            world.take(
                "mona", MeetingStep.SEND_MINUTES, plan, meeting, minutes=word[DOCUMENTS], **AGREED
            )
            world.now = now
        birds.meetings.append(meeting)
