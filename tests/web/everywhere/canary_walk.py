"""Every text that a step asks for, filled with a word of its own, and who reads that word where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Table, inspect, select, update
from sqlalchemy.orm import Session

from tests.web.plan_world import Enter, make
from tests.workflow.scenes import SCENES, Scene, good_form
from tests.world import World
from workflow.acts.base.context import StepResult
from workflow.acts.base.form_fields import SPOKEN, Form
from workflow.acts.base.registry import ACTS
from workflow.acts.privacy.emergency_access import SeekPlan, open_in_emergency
from workflow.record.access.open_plan import resolve_access
from workflow.record.access.redaction import can_see_word
from workflow.record.database.engine import unit_of_work
from workflow.record.models import (
    Agreement,
    Complaint,
    Consent,
    DataRequest,
    Delivery,
    Document,
    EmergencyAccess,
    Event,
    Goal,
    HealthNote,
    Meeting,
    Notice,
    Participant,
    Party,
    Wish,
)
from workflow.rules.engine.denials import BadInput, NotThere, Refused
from workflow.rules.names.steps import MeasureStep, MeetingStep, PlanStep
from workflow.rules.sharing.scopes import to_stored
from workflow.rules.tables import TRANSITIONS
from workflow.words.steps.reading_places import Internal, ShownText, TextPlace
from workflow.words.steps.text_places import place_of
from workflow.words.text.telephone import group_digits

Text = tuple[str, str]  # step and field


def texts() -> Iterator[Text]:
    """Every free text that a step asks people for; a field without a question is nobody's text."""
    for step_name, act in ACTS.items():
        for name in spoken(act.form):
            yield step_name, name


def spoken(form: type[Form]) -> list[str]:
    """The fields of a form that people answer in their own words."""
    names = []
    for name, info in form.model_fields.items():
        asked = info.json_schema_extra
        if isinstance(asked, dict) and asked.get("widget") in SPOKEN and info.title:
            names.append(name)
    return names


def canary(text: Text) -> str:
    """A word that stands nowhere else, short enough for every field; a number where one rings."""
    number = ORDER.index(text)
    return group_digits(f"9175{number:04d}") if text[1] == "phone" else f"Fugl{number:03d}x"


ORDER = sorted(texts())
# Plans brought to a situation, and the steps taken there, one after the other.
ROUNDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "in use": (
        "in_use",
        (
            PlanStep.SET_WHAT_MATTERS,
            PlanStep.ADD_GOAL,
            PlanStep.CHANGE_GOAL,
            PlanStep.ADD_PARTICIPANT,
            PlanStep.VOLUNTEER_WITH_COMPANION,
            PlanStep.PHASE_OUT,
            PlanStep.GIVE_CONSENT,
            PlanStep.TALKED,
            PlanStep.TRIED_TO_REACH,
            PlanStep.WRITE,
            PlanStep.ANSWER,
            PlanStep.ASK_FOR_STEP,
            PlanStep.WISH_COORDINATOR,
            PlanStep.ADD_SUB_PLAN,
            PlanStep.OBJECT,
            PlanStep.SET_FRAME,
            PlanStep.ASK_COORDINATOR,
            PlanStep.ACCEPT_NEW_REVIEW_DATE,
            PlanStep.ASK_FOR_ACCESS,
            PlanStep.ANSWER_ACCESS,
            PlanStep.WRITE_HEALTH,
            PlanStep.END_REPRESENTATION,
            PlanStep.ASK_FOR_CORRECTION,
            PlanStep.ANSWER_DATA_REQUEST,
            PlanStep.ASK_FOR_ERASURE,
            PlanStep.TAKE_MORE_TIME,
            PlanStep.TALK_ABOUT_SHARING,
            PlanStep.PLANNED_TRANSITION,
            PlanStep.TRANSITION_PREPARED,
            PlanStep.FOLLOW_UP_EMERGENCY,
            MeasureStep.PROPOSE,
            MeasureStep.REFUSE,
            MeasureStep.SET_CONDITION,
            MeasureStep.CHANGE_DETAILS,
            MeasureStep.EVALUATE,
            MeasureStep.CAME_TO_NOTHING,
            MeasureStep.MOVE_DATE,
            MeasureStep.OFFER,
            MeasureStep.DECLINE,
            MeasureStep.TAKE_BACK,
            MeasureStep.CANCEL,
            MeetingStep.PLAN,
            MeetingStep.CALL,
            MeetingStep.PREPARE,
            MeetingStep.REPORT_ABSENCE,
            MeetingStep.MOVE,
            MeetingStep.SEND_MINUTES,
            MeetingStep.CANCEL,
            MeetingStep.TAKE_BACK,
            PlanStep.OFFER_COORDINATOR,
            PlanStep.PARTICIPANT_LEAVES,
            PlanStep.END_BY_DECISION,
        ),
    ),
    "refused by a service": (
        "in_use",
        (MeasureStep.SERVICE_DENIES, MeetingStep.REPLY, PlanStep.END_HEALTH, PlanStep.PAUSE),
    ),
    "reviewed": (
        "in_use",
        (PlanStep.REVIEW, PlanStep.CONTINUE, PlanStep.LAY_DOWN, PlanStep.CHANGE_ACTING),
    ),
    "vacant": ("in_use", (PlanStep.VACATE, PlanStep.END_DEATH_OR_MOVED, PlanStep.REOPEN)),
    "asked elsewhere": ("in_use", (PlanStep.OFFER_TRANSFER, PlanStep.ACCEPTED_OUTSIDE)),
    "asked here": ("offered", (PlanStep.DECLINE_TRANSFER,)),
    "taken over": ("offered", (PlanStep.ACCEPT_TRANSFER,)),
    "ended": ("done_with", (PlanStep.CLOSE, PlanStep.REOPEN_AS_NEED)),
    "in error": ("in_use", (PlanStep.ENTERED_IN_ERROR,)),
    "second look": ("asked", (PlanStep.DECLINE_CONFIRMATION,)),
    "waits": (
        "requested",
        (PlanStep.PROVISIONAL_REPLY, PlanStep.TOLD_PERSON, PlanStep.WITHDRAW_REQUEST),
    ),
    "forwarded": ("requested", (PlanStep.FORWARD, PlanStep.RECEIPT_OUTSIDE)),
    "answered yes": ("requested", (PlanStep.GRANT, PlanStep.ACCEPT_COORDINATOR, PlanStep.START)),
    "answered no": (
        "requested",
        (
            PlanStep.DENY,
            PlanStep.COMPLAIN,
            PlanStep.ASSESS_COMPLAINT,
            PlanStep.GOVERNOR_ANSWERED,
            PlanStep.REVERSE,
        ),
    ),
    "upheld": ("denied", (PlanStep.COMPLAIN, PlanStep.APPEAL_UPHELD)),
    "declined": ("granted", (PlanStep.DECLINE_COORDINATOR,)),
    "begun": ("requested", (PlanStep.START_INFORMALLY, PlanStep.DECIDE_RETROACTIVELY)),
    "begun, no": ("informal", (PlanStep.DENY_AFTER_INFORMAL_START,)),
    "reported": ("requested", (PlanStep.REPORT_NEED,)),
    "brought along": ("requested", (PlanStep.REGISTER_INCOMING,)),
}
ACTORS = (
    "mona",
    "kim",
    "oda",
    "ove",
    "liv",
    "lars",
    "pia",
    "per",
    "ali",
    "frida",
    "sara",
    "hege",
    "leif",
)
READERS = (
    "kim",
    "mor",
    "mona",
    "vik",
    "ali",
    "frida",
    "hege",
    "sara",
    "berit",
    "per",
    "oda",
    "lars",
    "lise",
    "liv",
    "adam",
    "pia",
    "nosy",
)
# What those around see; each scope is open to somebody and closed to somebody.
SHARED: Mapping[str, tuple[str, ...]] = {
    "ali": ("messages",),
    "frida": ("goals", "measures", "calendar"),
    "hege": ("documents",),
}
# A name of somebody who is not in the register stands instead of a key.
INSTEAD: Mapping[str, str] = {
    PlanStep.ADD_PARTICIPANT: "party_id",
    PlanStep.VOLUNTEER_WITH_COMPANION: "party_id",
    PlanStep.FORWARD: "to_unit_id",
    PlanStep.OFFER_TRANSFER: "to_unit_id",
}
With = Callable[["Walked"], Mapping[str, Any]]
WITH: Mapping[str, With] = {
    PlanStep.REVIEW: lambda walk: {
        "relatives_discussed": False,
        "relatives_again_on": walk.world.days(30),
        "rating": "good",
        "carried": [
            key for state, key in walk.scene.measures.items() if state not in ("reviewed", "closed")
        ],
    },
    PlanStep.GRANT: lambda walk: {"to_party_id": walk.world.party["per"]},
    PlanStep.END_HEALTH: lambda walk: {"note_id": walk.note()},
    PlanStep.FOLLOW_UP_EMERGENCY: lambda walk: walk.emergency(),
    PlanStep.SET_WHAT_MATTERS: lambda walk: {"agreed_how": "spoken"},
}


@dataclass
class Walked:
    """What was written in one round and who read it: text -> reader -> addresses."""

    world: World
    scene: Scene
    written: dict[Text, str] = field(default_factory=dict)  # text -> who wrote it
    about: dict[Text, str] = field(default_factory=dict)  # text -> the subject of its step
    plans: dict[Text, str] = field(default_factory=dict)
    untaken: dict[str, str] = field(default_factory=dict)
    seen: dict[Text, dict[str, list[str]]] = field(default_factory=dict)

    def emergency(self) -> Mapping[str, Any]:
        """The plan was opened in an emergency, and that is to be followed up."""
        world, born = self.world, date(1984, 5, 6)
        with unit_of_work(world.engine) as session:
            kim = update(Party).where(Party.id == world.party["kim"])
            session.execute(kim.values(born_on=born))
            form = SeekPlan(reason="life", name="kim", born_on=born)
            open_in_emergency(session, world.actor("leif"), form, "key", world.now)
        return {"outcome": "justified"}

    def note(self) -> str:
        """A note on the person's health, to be taken away again."""
        self.world.take("kim", PlanStep.WRITE_HEALTH, self.scene.plan, words="Tåler ikke nøtter")
        return self.scene.first(HealthNote)

    def entitled(self, text: Text, reader: str) -> bool:
        """Whether a reader may read a text: its writer, whom it was written to, or by its scopes."""
        place = place_of(*text)
        if place is None or isinstance(place, Internal):
            return False
        if reader == self.written[text]:
            return True
        with Session(self.world.engine) as session:
            stands = resolve_access(
                session, self.world.actor(reader), self.plans[text], self.world.now
            )
        if _by_its_place(place, stands.relations):
            return True
        return bool(stands.relations) and any(
            all(can_see_word(scope, sight, self.about[text]) for scope in place.scopes)
            for sight in (stands.visibility(), stands.visibility("read_summary"))
        )


def _by_its_place(place: ShownText, relations: frozenset[str]) -> bool:
    """Those whom a place is made for: who is asked, who answers for data, who asked and is answered."""
    return bool(
        (TextPlace.OFFER in place.places and "receiver" in relations)
        or (TextPlace.REQUEST in place.places and "privacy_officer" in relations)
        or (TextPlace.CASE in place.places and relations & {"coordinating_unit", "deciding_unit"})
    )


def walked(
    app: Flask, name: str, readers: Iterable[str] = READERS, everywhere: bool = True
) -> Walked:
    """One round: the plan, the steps with their words, and what the readers read."""
    scene_name, steps = ROUNDS[name]
    world = make(app)
    walk = Walked(world, SCENES[scene_name](world))
    _narrow(walk)
    for step_name in steps:
        take(walk, step_name)
    read(app, walk, readers, everywhere)
    return walk


def _narrow(walk: Walked) -> None:
    """Kim shares some scopes with each of those around her."""
    with unit_of_work(walk.world.engine) as session:
        for name, scopes in SHARED.items():
            session.execute(
                update(Consent)
                .where(
                    Consent.plan_id == walk.scene.plan,
                    Consent.receiver_id == walk.world.party[name],
                )
                .values(scopes=to_stored(scopes))
            )


def take(walk: Walked, step_name: str) -> None:
    """The step by the first who may, on the first subject that lets it."""
    reasons: list[str] = []
    for subject in subjects(walk, step_name):
        for name in ACTORS:
            fields = filled(walk, step_name, subject)
            try:
                done = taken(walk, name, step_name, subject, fields)
            except (Refused, BadInput, NotThere) as stopped:
                reasons.append(f"{name}: {stopped!r}")
                continue
            for field_name in spoken(ACTS[step_name].form):
                if field_name in fields:
                    text = (step_name, field_name)
                    walk.written[text] = name
                    walk.about[text] = done.subject_id
                    walk.plans[text] = done.plan_id
            return
    walk.untaken[step_name] = "; ".join(dict.fromkeys(reasons))


def taken(
    walk: Walked, name: str, step_name: str, subject: str | None, fields: Mapping[str, Any]
) -> StepResult:
    """The step, once whoever it names has confirmed it where two must stand behind it."""
    world = walk.world
    plan = None if TRANSITIONS[step_name].makes_plan else walk.scene.plan
    done = world.take(name, step_name, plan, subject, **fields)
    if done.step_name != PlanStep.ASK_CONFIRMATION:
        return done
    second = next(one for one, key in world.party.items() if key == fields["confirmer_id"])
    world.take(second, PlanStep.CONFIRM, done.plan_id)
    return world.newest(done.plan_id)


def subjects(walk: Walked, step_name: str) -> Iterable[str | None]:
    """What a step may be about."""
    row = TRANSITIONS[step_name]
    if step_name in (MeasureStep.PROPOSE, MeetingStep.PLAN) or row.machine == "plan":
        return [None]
    under = walk.scene.measures if row.machine == "measure" else walk.scene.meetings
    return list(under.values())


def nothing(walk: Walked) -> Mapping[str, Any]:
    """A step that needs no more than others."""
    return {}


POINTS_AT: Mapping[str, Any] = {
    "goal_id": Goal,
    "participant_id": Participant,
    "wish_id": Wish,
    "agreement_id": Agreement,
    "consent_id": Consent,
    "emergency_id": EmergencyAccess,
    "note_id": HealthNote,
    "request_id": DataRequest,
}


def filled(walk: Walked, step_name: str, subject: str | None) -> dict[str, Any]:
    """A form with a word of its own in each text, and whatever else the step needs."""
    form = ACTS[step_name].form
    fields = {**good_form(walk.scene, step_name), **WITH.get(step_name, nothing)(walk)}
    if "agreed_how" in form.model_fields:
        fields["agreed_how"] = "spoken"
    for name in spoken(form):
        fields[name] = canary((step_name, name))
    fields.pop(INSTEAD.get(step_name, ""), None)
    for name, model in POINTS_AT.items():
        if name in form.model_fields and name not in fields:
            fields[name] = walk.scene.first(model)
    return fields


def addresses(walk: Walked, everywhere: bool) -> list[str]:
    """The pages and papers of the plans, and the lists that lead to them."""
    listed = ["/", "/venter", "/meldinger"]
    if everywhere:
        listed += ["/innkomne", "/over-fristen", "/foresporsler", "/nodinnsyn/rapport", "/planer"]
    for plan in {walk.scene.plan, *walk.plans.values()}:
        listed += [f"/plan/{plan}", f"/plan/{plan}/historie", f"/sak/{plan}", f"/papir/{plan}"]
        listed += [f"/min/{plan}{rest}" for rest in ("", "/planen", "/brev", "/meldinger")]
        listed += papers(walk.world, plan)
        if not everywhere:
            continue
        listed += [f"/plan/{plan}/moter", *meetings(walk, plan)]
        listed += [f"/min/{plan}{rest}" for rest in ("/folk", "/deler", "/mote", "/rettigheter")]
    return listed


def meetings(walk: Walked, plan: str) -> Iterator[str]:
    """Every meeting of a plan."""
    with Session(walk.world.engine) as session:
        for key in session.scalars(select(Meeting.id).where(Meeting.plan_id == plan)):
            yield f"/plan/{plan}/mote/{key}"


def papers(world: World, plan: str) -> Iterator[str]:
    """Letters, complaints and reviews of a plan."""
    with Session(world.engine) as session:
        for key in session.scalars(select(Document.id).where(Document.plan_id == plan)):
            yield f"/papir/{plan}/brev/{key}"
        for key in session.scalars(select(Complaint.id).where(Complaint.plan_id == plan)):
            yield f"/papir/{plan}/klage/{key}"
        reviews = select(Event.id).where(Event.plan_id == plan, Event.step_name == PlanStep.REVIEW)
        for key in session.scalars(reviews):
            yield f"/plan/{plan}/evaluert/{key}"
            yield f"/papir/{plan}/evaluert/{key}"


def read(app: Flask, walk: Walked, readers: Iterable[str], everywhere: bool) -> None:
    """The pages as every reader; which words stand where."""
    enter = Enter(app, walk.world)
    words = {canary(text): text for text in walk.written}
    listed = addresses(walk, everywhere)
    for reader in readers:
        browser = enter(reader)
        browser.__class__ = FlaskClient  # the words are searched for; other tests check the pages
        for address in listed:
            answer = browser.get(address)
            page = answer.get_data(as_text=True) if answer.status_code == 200 else ""
            for word, text in words.items():
                if word in page:
                    walk.seen.setdefault(text, {}).setdefault(reader, []).append(address)


def leaks(walk: Walked) -> dict[Text, list[str]]:
    """The texts that somebody read who may not, with reader and address."""
    wrong = {}
    for text, readers in walk.seen.items():
        bad = [
            f"{who} {where[0]}" for who, where in readers.items() if not walk.entitled(text, who)
        ]
        if bad:
            wrong[text] = bad
    return wrong


def carried_out(walk: Walked) -> list[Text]:
    """The texts that stand in a notice or a mail."""
    words = {canary(text): text for text in walk.written}
    with Session(walk.world.engine) as session:
        kept = [
            str(value)
            for model in (Notice, Delivery)
            for row in session.scalars(select(model))
            for value in _values(row)
        ]
    return [text for word, text in words.items() if any(word in one for one in kept)]


def _values(row: object) -> list[object]:
    table: Table = inspect(type(row)).local_table
    return [getattr(row, column.key) for column in table.columns]
