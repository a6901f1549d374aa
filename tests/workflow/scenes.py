"""Plans brought to every situation, with everybody around them, for walks and grids; no test lives here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from tests.world import AGREED, World
from workflow.record.database import unit_of_work
from workflow.record.models import (
    Absence,
    Agreement,
    BreakGlass,
    Consent,
    Goal,
    HealthNote,
    Participant,
    Wish,
    new_id,
)

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

    def first(self, model: Any) -> str:
        """The key of a row of that kind under the plan; any key where there is none."""
        with unit_of_work(self.world.engine) as session:
            found = session.execute(
                select(model.id).where(model.plan_id == self.plan).order_by(model.id).limit(1)
            ).scalar()
        return found or new_id()


def surround(world: World, plan: str, by: str = "oda") -> None:
    """A participant, a relative, a representative and a substitute for the coordinator."""
    world.take(by, "A5", plan, party_id=world.party["ali"], role="Veileder", **AGREED)
    world.take(by, "A5", plan, party_id=world.party["frida"], kind="relative", **AGREED)
    world.take(by, "A19", plan, representative_id=world.party["mor"], ground="guardian")
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
            insert(BreakGlass),
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
    world.take("mona", "P13y", plan)
    surround(world, plan)
    world.take("mona", "A2", plan, own_words="Betale husleia", **AGREED)
    world.take("kim", "A11", plan, words="Ring meg")
    world.take("mona", "P7", plan, next_review_on=world.days(90))
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
        "M1",
        plan,
        text="Ringe Nav",
        helper_ids=[world.party["hege"]],
        accountable_id=world.party["sara"],
    )
    key = made.subject_id
    if state == "requested":
        return key
    world.take("mona", "M2", plan, key, accountable_said_yes=True, due_on=world.days(9), **AGREED)
    if state == "active":
        world.take("sara", "M5", plan, key)
    if state == "transferred":
        world.take("mona", "M12", plan, key, to_party_id=world.party["per"])
    if state in ("reviewed", "closed"):
        world.take("sara", "M6", plan, key)
        world.take("mona", "M7", plan, key, **AGREED)
    if state == "closed":
        world.take("mona", "M9", plan, key, **AGREED)
    return key


def _meetings(scene: Scene) -> None:
    world, plan = scene.world, scene.plan
    for state in ("planned", "called", "held", "minuted", "cancelled"):
        key = world.take(
            "mona",
            "V1",
            plan,
            starts_on=world.today,
            party_ids=[world.party["ali"]],
            starts_time="09:30",
        ).subject_id
        scene.meetings[state] = key
        if state in ("planned", "cancelled"):
            continue
        world.take("mona", "V2", plan, key, short_notice_reason="Haster", **AGREED)
        if state in ("held", "minuted"):
            world.take("mona", "V5", plan, key)
        if state == "minuted":
            world.take("mona", "V6", plan, key, minutes="Vi ble enige")
    world.take("mona", "V7", plan, scene.meetings["cancelled"], reason="Syk")


def requested(world: World) -> Scene:
    plan = world.requested()
    surround(world, plan)
    return Scene(world, plan)


def forwarded(world: World) -> Scene:
    scene = requested(world)
    world.take("oda", "P5", scene.plan, to_unit_id=world.unit["service"], reason="Deres")
    return scene


def granted(world: World) -> Scene:
    plan = world.granted()
    surround(world, plan)
    return Scene(world, plan)


def denied(world: World) -> Scene:
    scene = requested(world)
    world.take("oda", "P4", scene.plan, reasons="Ikke langvarig")
    return scene


def informal(world: World) -> Scene:
    scene = requested(world)
    world.take(
        "ali",
        "P8",
        scene.plan,
        leader_agrees_id=world.party["lars"],
        coordinator_id=world.party["mona"],
        most_important="Huset",
        **AGREED,
    )
    return scene


def reviewed(world: World) -> Scene:
    scene = in_use(world)
    left = [key for state, key in scene.measures.items() if state not in ("reviewed", "closed")]
    world.take(
        "mona", "P10", scene.plan, rating="good", carried=left, relatives_discussed=True, **AGREED
    )
    return scene


def done_with(world: World) -> Scene:
    """Reviewed with every measure closed: ready to close."""
    plan = world.active()
    world.take("mona", "P10", plan, rating="good", **AGREED)
    return Scene(world, plan)


def offered(world: World) -> Scene:
    scene = in_use(world)
    world.take(
        "mona", "P15", scene.plan, to_unit_id=world.unit["service"], reason="Flytter", **AGREED
    )
    return scene


def offered_outside(world: World) -> Scene:
    scene = in_use(world)
    world.take("mona", "P15", scene.plan, to_name="Klinikken", reason="Flytter", **AGREED)
    return scene


def asked(world: World) -> Scene:
    """Another coordinator is asked, and a second person about an error."""
    scene = in_use(world)
    world.take("kim", "P13", scene.plan, to_party_id=world.party["per"], wish_coordinator="Per")
    world.take("liv", "P27o", scene.plan, to_party_id=world.party["per"], reason="Feil person")
    return scene


def paused(world: World) -> Scene:
    scene = in_use(world)
    world.take("kim", "P12a", scene.plan, reason="Ferie", until_on=world.days(30))
    return scene


def stopped(world: World) -> Scene:
    scene = in_use(world)
    world.take("kim", "P21b", scene.plan)
    return scene


def complained(world: World) -> Scene:
    scene = denied(world)
    world.take("kim", "P23", scene.plan, about="denial", words="Jeg er uenig")
    return scene


def lapsed(world: World) -> Scene:
    scene = denied(world)
    world.later(days=60)
    return scene


def closed_denied(world: World) -> Scene:
    scene = lapsed(world)
    world.take("liv", "P25", scene.plan)
    return scene


def closed(world: World) -> Scene:
    scene = in_use(world)
    world.take(
        "liv",
        "P22a",
        scene.plan,
        reason="Flyttet",
        why="moved_abroad",
        leader_id=world.party["lars"],
    )
    return scene


def withdrawn(world: World) -> Scene:
    scene = in_use(world)
    world.take("kim", "P21c", scene.plan)
    return scene


def ending(world: World) -> Scene:
    """Ended by decision, the window lapsed."""
    scene = in_use(world)
    world.take("oda", "P20b", scene.plan, reasons="Behovet er borte")
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


def good_form(scene: Scene, row_id: str) -> dict[str, Any]:
    """Fields with which a row can be taken, if anything lets it."""
    world = scene.world
    fields = dict(GOOD[row_id](world)) if row_id in GOOD else {}
    for name, model in POINTS.items():
        if row_id in model:
            fields[name] = scene.first(model[row_id])
    return fields


POINTS: Mapping[str, Mapping[str, Any]] = {
    "goal_id": {"A3": Goal, "A4": Goal},
    "participant_id": {"A6": Participant, "A7": Participant},
    "wish_id": {"A12": Wish},
    "agreement_id": {"A18": Agreement},
    "consent_id": {"A29": Consent},
    "emergency_id": {"A33": BreakGlass},
    "note_id": {"A36": HealthNote},
}
NEXT = {"next_review_on": 80, "until_on": 20, "due_on": 9}


def _why(world: World) -> dict[str, Any]:
    return {"reason": "Fordi"}


def _review(world: World) -> dict[str, Any]:
    return {"next_review_on": world.days(80), "reason": "Fordi"}


def _leads(world: World) -> dict[str, Any]:
    return {"leader_id": world.party["lars"], "reason": "Fordi"}


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
    "P1": lambda w: {"person_id": w.party["sara"], "why": "Hjelp"},
    "P2": lambda w: {"person_id": w.party["sara"], "source_name": "Klinikken"},
    "P30": lambda w: {
        "plan": {"state": "requested", "person": w.party["sara"], "reported_on": w.today}
    },
    "P3": _only("why_long", "why_coordinated", "wish_coordinator"),
    "P4": _only("reasons"),
    "P5": lambda w: {"to_name": "Bydelen", "reason": "Deres"},
    "P5a": lambda w: {"receipt_on": w.today},
    "P7": lambda w: {"next_review_on": w.days(80)},
    "P8": lambda w: {"coordinator_id": w.party["mona"], "leader_agrees_id": w.party["lars"]},
    "P9": _only("why_long", "why_coordinated", "effective_from"),
    "P9d": _only("reasons"),
    "P10": lambda w: {"rating": "good", "relatives_discussed": True},
    "P11": lambda w: {"next_review_on": w.days(80)},
    "P12a": lambda w: {"reason": "Ferie", "until_on": w.days(20)},
    "P13": lambda w: {"to_party_id": w.party["per"], "wish_coordinator": "Per"},
    "P13n": _why,
    "P18a": _why,
    "P20": _why,
    "P24b": _why,
    "P26b": _why,
    "M4b": _why,
    "M14": _why,
    "M16": _why,
    "V7": _why,
    "V8": _why,
    "P14": lambda w: {"acting_id": w.party["liv"]},
    "P14b": lambda w: {"acting_id": w.party["leif"]},
    "A40": lambda w: {"party_id": w.party["hege"]},
    "M19": lambda w: {"to_party_id": w.party["mona"]},
    "V11": lambda w: {"to_party_id": w.party["ali"]},
    "P15": lambda w: {"to_name": "Klinikken"},
    "P19": lambda w: {"receipt_on": w.today},
    "P20b": _only("reasons"),
    "P21a": lambda w: {"party_id": w.party["ali"]},
    "P22a": _leads,
    "P27": _leads,
    "P22b": lambda w: {"leader_id": w.party["lars"]},
    "P24a": lambda w: {"reason": "Ja", "second_id": w.party["ove"]},
    "P26a": _review,
    "A26": _review,
    "P27o": lambda w: {"reason": "Feil", "to_party_id": w.party["leif"]},
    "A2": lambda w: {"own_words": "Jobbe"},
    "A3": lambda w: {"own_words": "Jobbe litt"},
    "A5": lambda w: {"party_id": w.party["sara"]},
    "A11": lambda w: {"words": "Hei"},
    "A12": lambda w: {"answer": "Ja"},
    "A13": lambda w: {"words": "Vil ha møte"},
    "A15": lambda w: {"reason": "Mye å gjøre", "expected_on": w.days(9)},
    "A17": lambda w: {"title": "IOP"},
    "A19": lambda w: {"representative_id": w.party["frida"], "ground": "power"},
    "A23": lambda w: {"party_id": w.party["sara"]},
    "A24": lambda w: {"on": w.days(90)},
    "A27": lambda w: {"party_id": w.party["per"]},
    "A30": lambda w: {"words": "Skolen er besøkt"},
    "A32": lambda w: {"answer": "Du fikk en kopi"},
    "A34": lambda w: {"outcome": "justified", "answer": "Det var grunn til det"},
    "A35": lambda w: {"words": "Tåler ikke nøtter"},
    "A43": lambda w: {"party_id": w.party["ali"], "content": b"%PDF-1.7"},
    "A37": lambda w: {"words": "Jeg er født i mai"},
    "A38": lambda w: {"outcome": "refused", "answer": "Slik står det i vedtaket"},
    "A41": lambda w: {"reason": "Det er mye å gå gjennom"},
    "M1": lambda w: {"text": "Ringe"},
    "M2": lambda w: {"accountable_said_yes": True, "due_on": w.days(9)},
    "M8": lambda w: {"due_on": w.days(9)},
    "M11": lambda w: {"due_on": w.days(9), "reason": "Fordi"},
    "M12": lambda w: {"to_party_id": w.party["per"]},
    "M17": lambda w: {"condition": "Avtale", "condition_by": "Nav"},
    "V1": lambda w: {"starts_on": w.days(20)},
    "V2": lambda w: {"short_notice_reason": "Haster"},
    "V4": lambda w: {"starts_on": w.days(20), "reason": "Syk"},
    "V6": lambda w: {"minutes": "Enige"},
}
