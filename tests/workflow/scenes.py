"""Plans brought to every situation, with everybody around them, for walks and grids."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from tests.world import AGREED, World
from workflow.record.database.engine import unit_of_work
from workflow.record.models import (
    Absence,
    Agreement,
    Consent,
    EmergencyAccess,
    Goal,
    HealthNote,
    Participant,
    Wish,
    new_id,
)
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep
from workflow.rules.tables import TRANSITIONS

# Who stands how to a plan in use (beside the offices): the meaning of each test person.
PERSONS: Mapping[str, str] = {
    "kim": "person",
    "mor": "representative",
    "frida": "relative",
    "mona": "coordinator",
    "vik": "substitute of the coordinator",
    "ali": "participant",
    "sara": "accountable",
    "hege": "helper",
    "berit": "emergency",
    "per": "receiver",
    "oda": "deciding unit",
    "lars": "leader",
    "lise": "leader above",
    "liv": "coordinating unit",
    "adam": "administrator",
    "pia": "privacy officer",
    "clock": "clock",
    "operator": "operator",
    "nosy": "nobody",
}


@dataclass
class Scene:
    """A plan in a situation, with what stands under it by name."""

    world: World
    plan: str
    measures: dict[str, str] = field(default_factory=dict)
    meetings: dict[str, str] = field(default_factory=dict)

    def plan_of(self, step_name: str) -> str | None:
        """The plan, for every step but one that makes a plan: it is taken on none."""
        return None if TRANSITIONS[step_name].makes_plan else self.plan

    def first(self, model: Any) -> str:
        """The key of a row of that kind under the plan; any key where there is none."""
        with unit_of_work(self.world.engine) as session:
            key = session.execute(
                select(model.id).where(model.plan_id == self.plan).order_by(model.id).limit(1)
            ).scalar()
        return key or new_id()


def surround(world: World, plan: str, by: str = "oda") -> None:
    """A participant, a relative, a representative and a substitute for the coordinator."""
    world.take(
        by, PlanStep.ADD_PARTICIPANT, plan, party_id=world.party["ali"], role="Veileder", **AGREED
    )
    world.take(
        by, PlanStep.ADD_PARTICIPANT, plan, party_id=world.party["frida"], kind="relative", **AGREED
    )
    world.take(
        by,
        PlanStep.ADD_REPRESENTATION,
        plan,
        representative_id=world.party["mor"],
        ground="guardian",
    )
    with unit_of_work(world.engine) as session:
        session.execute(
            insert(Absence),
            {
                "id": new_id(),
                "party_id": world.party["mona"],
                "substitute_id": world.party["vik"],
                "from_at": world.now,
                "until_at": world.now + timedelta(days=400),
            },
        )
    in_an_emergency(world, "berit", plan)


def in_an_emergency(world: World, name: str, plan: str, **span: float) -> str:
    """Somebody who works here has opened the plan in an emergency; the key of what is kept."""
    key = new_id()
    with unit_of_work(world.engine) as session:
        session.execute(
            insert(EmergencyAccess),
            {
                "id": key,
                "plan_id": plan,
                "party_id": world.party[name],
                "reason": "life",
                "opened_at": world.now,
                "until_at": world.now + timedelta(**(span or {"days": 400})),
            },
        )
    return key


def in_use(world: World) -> Scene:
    """Active, with a goal, measures in every state, meetings in every state, all people."""
    plan = world.granted()
    world.take("mona", PlanStep.ACCEPT_COORDINATOR, plan)
    surround(world, plan)
    world.take("mona", PlanStep.ADD_GOAL, plan, own_words="Betale husleia", **AGREED)
    world.take("kim", PlanStep.WRITE, plan, words="Ring meg")
    world.take("mona", PlanStep.START, plan, next_review_on=world.days(90))
    scene = Scene(world, plan)
    _measures(scene)
    _meetings(scene)
    return scene


def _measures(scene: Scene) -> None:
    world, plan = scene.world, scene.plan
    for state in ("requested", "decided", "active", "reviewed", "transferred", "closed"):
        scene.measures[state] = _measure_in(world, plan, state)


def _measure_in(world: World, plan: str, state: str) -> str:
    made = world.take(
        "mona",
        MeasureStep.PROPOSE,
        plan,
        text="Ringe Nav",
        helper_ids=[world.party["hege"]],
        accountable_id=world.party["sara"],
    )
    key = made.subject_id
    if state == "requested":
        return key
    world.take(
        "mona",
        MeasureStep.AGREE,
        plan,
        key,
        accountable_said_yes=True,
        due_on=world.days(9),
        **AGREED,
    )
    if state == "active":
        world.take("sara", MeasureStep.BEGIN, plan, key)
    if state == "transferred":
        world.take("mona", MeasureStep.OFFER, plan, key, to_party_id=world.party["per"])
    if state in ("reviewed", "closed"):
        world.take("sara", MeasureStep.DONE, plan, key)
        world.take("mona", MeasureStep.EVALUATE, plan, key, **AGREED)
    if state == "closed":
        world.take("mona", MeasureStep.CLOSE, plan, key, **AGREED)
    return key


def _meetings(scene: Scene) -> None:
    world, plan = scene.world, scene.plan
    for state in ("planned", "called", "held", "minuted", "cancelled"):
        key = world.take(
            "mona",
            MeetingStep.PLAN,
            plan,
            starts_on=world.today,
            party_ids=[world.party["ali"]],
            starts_time="09:30",
        ).subject_id
        scene.meetings[state] = key
        if state in ("planned", "cancelled"):
            continue
        world.take("mona", MeetingStep.CALL, plan, key, short_notice_reason="Haster", **AGREED)
        if state in ("held", "minuted"):
            world.take("mona", MeetingStep.HELD, plan, key)
        if state == "minuted":
            world.take("mona", MeetingStep.SEND_MINUTES, plan, key, minutes="Vi ble enige")
    world.take("mona", MeetingStep.CANCEL, plan, scene.meetings["cancelled"], reason="Syk")


def requested(world: World) -> Scene:
    plan = world.requested()
    surround(world, plan)
    return Scene(world, plan)


def forwarded(world: World) -> Scene:
    scene = requested(world)
    world.take(
        "oda", PlanStep.FORWARD, scene.plan, to_unit_id=world.unit["service"], reason="Deres"
    )
    return scene


def granted(world: World) -> Scene:
    plan = world.granted()
    surround(world, plan)
    return Scene(world, plan)


def denied(world: World) -> Scene:
    scene = requested(world)
    world.take("oda", PlanStep.DENY, scene.plan, reasons="Ikke langvarig")
    return scene


def informal(world: World) -> Scene:
    scene = requested(world)
    world.by_two(
        "ali",
        "lars",
        PlanStep.START_INFORMALLY,
        scene.plan,
        coordinator_id=world.party["mona"],
        most_important="Huset",
        **AGREED,
    )
    return scene


def reviewed(world: World) -> Scene:
    scene = in_use(world)
    left = [key for state, key in scene.measures.items() if state not in ("reviewed", "closed")]
    world.take(
        "mona",
        PlanStep.REVIEW,
        scene.plan,
        rating="good",
        carried=left,
        relatives_discussed=True,
        **AGREED,
    )
    return scene


def done_with(world: World) -> Scene:
    """Reviewed with every measure closed: ready to close."""
    plan = world.active()
    world.take("mona", PlanStep.REVIEW, plan, rating="good", **AGREED)
    return Scene(world, plan)


def offered(world: World) -> Scene:
    scene = in_use(world)
    world.take(
        "mona",
        PlanStep.OFFER_TRANSFER,
        scene.plan,
        to_unit_id=world.unit["service"],
        reason="Flytter",
        **AGREED,
    )
    return scene


def offered_outside(world: World) -> Scene:
    scene = in_use(world)
    world.take(
        "mona", PlanStep.OFFER_TRANSFER, scene.plan, to_name="Klinikken", reason="Flytter", **AGREED
    )
    return scene


def asked(world: World) -> Scene:
    """Another coordinator is asked, and a second person about an error."""
    scene = in_use(world)
    world.take(
        "kim",
        PlanStep.OFFER_COORDINATOR,
        scene.plan,
        to_party_id=world.party["per"],
        wish_coordinator="Per",
    )
    leif = world.party["leif"]
    world.take(
        "liv", PlanStep.ENTERED_IN_ERROR, scene.plan, confirmer_id=leif, reason="Feil person"
    )
    return scene


def paused(world: World) -> Scene:
    scene = in_use(world)
    world.take("kim", PlanStep.PAUSE, scene.plan, reason="Ferie", until_on=world.days(30))
    return scene


def stopped(world: World) -> Scene:
    scene = in_use(world)
    world.take("kim", PlanStep.STOP_SHARING, scene.plan)
    return scene


def complained(world: World) -> Scene:
    scene = denied(world)
    world.take("kim", PlanStep.COMPLAIN, scene.plan, about="denial", words="Jeg er uenig")
    return scene


def lapsed(world: World) -> Scene:
    scene = denied(world)
    world.later(days=60)
    return scene


def closed_denied(world: World) -> Scene:
    scene = lapsed(world)
    world.take("liv", PlanStep.LAPSE, scene.plan)
    return scene


def closed(world: World) -> Scene:
    scene = in_use(world)
    world.by_two(
        "liv",
        "lars",
        PlanStep.END_DEATH_OR_MOVED,
        scene.plan,
        reason="Flyttet",
        why="moved_abroad",
    )
    return scene


def withdrawn(world: World) -> Scene:
    scene = in_use(world)
    world.take("kim", PlanStep.WITHDRAW_CONSENT, scene.plan)
    return scene


def ending(world: World) -> Scene:
    """Ended by decision, the window lapsed."""
    scene = in_use(world)
    world.take("oda", PlanStep.END_BY_DECISION, scene.plan, reasons="Behovet er borte")
    world.later(days=60)
    return scene


SCENES: Mapping[str, Callable[[World], Scene]] = {
    made.__name__: made
    for made in (
        requested,
        forwarded,
        granted,
        denied,
        informal,
        in_use,
        reviewed,
        done_with,
        offered,
        offered_outside,
        asked,
        paused,
        stopped,
        complained,
        lapsed,
        closed_denied,
        closed,
        withdrawn,
        ending,
    )
}


def good_form(scene: Scene, step_name: str) -> dict[str, Any]:
    """Fields with which a row can be taken, if anything lets it."""
    world = scene.world
    fields = dict(GOOD[step_name](world)) if step_name in GOOD else {}
    for name, model in POINTS.items():
        if step_name in model:
            fields[name] = scene.first(model[step_name])
    return fields


POINTS: Mapping[str, Mapping[str, Any]] = {
    "goal_id": {PlanStep.CHANGE_GOAL: Goal, PlanStep.END_GOAL: Goal},
    "participant_id": {PlanStep.PARTICIPANT_LEAVES: Participant, PlanStep.PHASE_OUT: Participant},
    "wish_id": {PlanStep.ANSWER: Wish},
    "agreement_id": {PlanStep.OBJECT: Agreement},
    "consent_id": {PlanStep.SHARING_LAPSED: Consent},
    "emergency_id": {PlanStep.OPEN_IN_EMERGENCY: EmergencyAccess},
    "note_id": {PlanStep.END_HEALTH: HealthNote},
}
NEXT = {"next_review_on": 80, "until_on": 20, "due_on": 9}


def _why(world: World) -> dict[str, Any]:
    return {"reason": "Fordi"}


def _review(world: World) -> dict[str, Any]:
    return {"next_review_on": world.days(80), "reason": "Fordi"}


def _leads(world: World) -> dict[str, Any]:
    return {"confirmer_id": world.party["lars"], "reason": "Fordi"}


def _decided(world: World) -> dict[str, Any]:
    return {
        "why_long": "År",
        "why_coordinated": "Nav og MAT",
        "wish_coordinator": "Mona",
        "effective_from": world.today,
        "reasons": "Fordi",
    }


def _only(*names: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {name: value for name, value in _decided(world).items() if name in names}


GOOD: Mapping[str, Callable[[World], Mapping[str, Any]]] = {
    PlanStep.REPORT_NEED: lambda w: {"person_id": w.party["sara"], "why": "Hjelp"},
    PlanStep.REGISTER_INCOMING: lambda w: {
        "person_id": w.party["sara"],
        "source_name": "Klinikken",
    },
    PlanStep.BRING_IN: lambda w: {
        "plan": {"state": "requested", "person": w.party["sara"], "reported_on": w.today}
    },
    PlanStep.GRANT: _only("why_long", "why_coordinated", "wish_coordinator"),
    PlanStep.DENY: _only("reasons"),
    PlanStep.FORWARD: lambda w: {"to_name": "Bydelen", "reason": "Deres"},
    PlanStep.RECEIPT_OUTSIDE: lambda w: {"receipt_on": w.today},
    PlanStep.START: lambda w: {"next_review_on": w.days(80)},
    PlanStep.START_INFORMALLY: lambda w: {
        "coordinator_id": w.party["mona"],
        "confirmer_id": w.party["lars"],
    },
    PlanStep.DECIDE_RETROACTIVELY: _only("why_long", "why_coordinated", "effective_from"),
    PlanStep.DENY_AFTER_INFORMAL_START: _only("reasons"),
    PlanStep.REVIEW: lambda w: {"rating": "good", "relatives_discussed": True},
    PlanStep.CONTINUE: lambda w: {"next_review_on": w.days(80)},
    PlanStep.PAUSE: lambda w: {"reason": "Ferie", "until_on": w.days(20)},
    PlanStep.OFFER_COORDINATOR: lambda w: {
        "to_party_id": w.party["per"],
        "wish_coordinator": "Per",
    },
    PlanStep.DECLINE_COORDINATOR: _why,
    PlanStep.DECLINE_TRANSFER: _why,
    PlanStep.CLOSE: _why,
    PlanStep.APPEAL_UPHELD: _why,
    PlanStep.GOVERNOR_ANSWERED: lambda w: {"outcome": "rejected"},
    PlanStep.REOPEN_AS_NEED: _why,
    MeasureStep.SERVICE_DENIES: _why,
    MeasureStep.CANCEL: _why,
    MeasureStep.TAKE_BACK: _why,
    MeetingStep.CANCEL: _why,
    MeetingStep.TAKE_BACK: _why,
    PlanStep.VACATE: lambda w: {
        "acting_id": w.party["leif"],
        "reason": "Slutter",
        "confirmer_id": w.party["lars"],
    },
    PlanStep.CHANGE_ACTING: lambda w: {"acting_id": w.party["leif"]},
    PlanStep.STAFF_LEAVES: lambda w: {"party_id": w.party["hege"]},
    MeasureStep.ACCOUNTABLE_LEAVES: lambda w: {"to_party_id": w.party["mona"]},
    MeetingStep.HAND_ON: lambda w: {"to_party_id": w.party["ali"]},
    PlanStep.OFFER_TRANSFER: lambda w: {"to_name": "Klinikken"},
    PlanStep.ACCEPT_TRANSFER: lambda w: {"coordinator_id": w.party["per"]},
    PlanStep.ACCEPTED_OUTSIDE: lambda w: {"receipt_on": w.today},
    PlanStep.END_BY_DECISION: _only("reasons"),
    PlanStep.STOP_SHARING_WITH: lambda w: {"party_id": w.party["ali"]},
    PlanStep.END_DEATH_OR_MOVED: _leads,
    PlanStep.ENTERED_IN_ERROR: _leads,
    PlanStep.LET_REST: lambda w: {"confirmer_id": w.party["lars"]},
    PlanStep.REVERSE: lambda w: {"reason": "Ja", "confirmer_id": w.party["ove"]},
    PlanStep.REOPEN: _review,
    PlanStep.ACCEPT_NEW_REVIEW_DATE: _review,
    PlanStep.ASK_CONFIRMATION: lambda w: {
        "step": PlanStep.ENTERED_IN_ERROR,
        "answers": '{"reason": "Feil"}',
        "confirmer_id": w.party["leif"],
    },
    PlanStep.DECLINE_CONFIRMATION: _why,
    PlanStep.ADD_GOAL: lambda w: {"own_words": "Jobbe"},
    PlanStep.CHANGE_GOAL: lambda w: {"own_words": "Jobbe litt"},
    PlanStep.ADD_PARTICIPANT: lambda w: {"party_id": w.party["sara"]},
    PlanStep.WRITE: lambda w: {"words": "Hei"},
    PlanStep.ANSWER: lambda w: {"answer": "Ja"},
    PlanStep.ASK_FOR_STEP: lambda w: {"words": "Vil ha møte"},
    PlanStep.PROVISIONAL_REPLY: lambda w: {"reason": "Mye å gjøre", "expected_on": w.days(9)},
    PlanStep.ADD_SUB_PLAN: lambda w: {"title": "IOP"},
    PlanStep.ADD_REPRESENTATION: lambda w: {
        "representative_id": w.party["frida"],
        "ground": "power",
    },
    PlanStep.END_REPRESENTATION: lambda w: {"representative_id": w.party["mor"], "paper": "Vedtak"},
    PlanStep.VOLUNTEER_WITH_COMPANION: lambda w: {"party_id": w.party["sara"]},
    PlanStep.PLANNED_TRANSITION: lambda w: {"on": w.days(90)},
    PlanStep.PROPOSE_COORDINATOR: lambda w: {"party_id": w.party["per"]},
    PlanStep.TRANSITION_PREPARED: lambda w: {"words": "Skolen er besøkt"},
    PlanStep.ANSWER_ACCESS: lambda w: {"answer": "Du fikk en kopi"},
    PlanStep.FOLLOW_UP_EMERGENCY: lambda w: {
        "outcome": "justified",
        "answer": "Det var grunn til det",
    },
    PlanStep.WRITE_HEALTH: lambda w: {"words": "Tåler ikke nøtter"},
    PlanStep.KEEP_SIGNED_COPY: lambda w: {"party_id": w.party["ali"], "content": b"%PDF-1.7"},
    PlanStep.ASK_FOR_CORRECTION: lambda w: {"words": "Jeg er født i mai"},
    PlanStep.ANSWER_DATA_REQUEST: lambda w: {
        "outcome": "refused",
        "answer": "Slik står det i vedtaket",
    },
    PlanStep.TAKE_MORE_TIME: lambda w: {"reason": "Det er mye å gå gjennom"},
    MeasureStep.PROPOSE: lambda w: {"text": "Ringe"},
    MeasureStep.AGREE: lambda w: {"accountable_said_yes": True, "due_on": w.days(9)},
    MeasureStep.GO_ON: lambda w: {"due_on": w.days(9)},
    MeasureStep.MOVE_DATE: lambda w: {"due_on": w.days(9), "reason": "Fordi"},
    MeasureStep.OFFER: lambda w: {"to_party_id": w.party["per"]},
    MeasureStep.SET_CONDITION: lambda w: {"condition": "Avtale", "condition_by": "Nav"},
    MeetingStep.PLAN: lambda w: {"starts_on": w.days(20)},
    MeetingStep.CALL: lambda w: {"short_notice_reason": "Haster"},
    MeetingStep.MOVE: lambda w: {"starts_on": w.days(20), "reason": "Syk"},
    MeetingStep.SEND_MINUTES: lambda w: {"minutes": "Enige"},
}
