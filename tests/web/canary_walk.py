"""Every text that a step asks for, filled with a word of its own, and who reads that word where; no test lives here."""

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
from workflow.acts.break_glass import Seek, open_in_emergency
from workflow.acts.forms import SPOKEN, Form
from workflow.acts.registry import ACTS
from workflow.record.access import standing
from workflow.record.database import unit_of_work
from workflow.record.models import (
    Agreement,
    BreakGlass,
    Complaint,
    Consent,
    DataRequest,
    Delivery,
    Document,
    Event,
    Goal,
    HealthNote,
    Meeting,
    Notice,
    Participant,
    Party,
    Wish,
)
from workflow.record.narrowing import sees_word
from workflow.rules.denials import BadInput, NotThere, Refused
from workflow.rules.scopes import stored
from workflow.rules.tables import ROWS
from workflow.words.shown import Internal, Place, Shown
from workflow.words.telephone import grouped
from workflow.words.text_places import place_of

Text = tuple[str, str]  # step and field


def texts() -> Iterator[Text]:
    """Every free text that a step asks people for; a field without a question is nobody's text."""
    for row_id, act in ACTS.items():
        for name in spoken(act.form):
            yield row_id, name


def spoken(form: type[Form]) -> list[str]:
    """The fields of a form that people answer in their own words."""
    found = []
    for name, info in form.model_fields.items():
        asked = info.json_schema_extra
        if isinstance(asked, dict) and asked.get("widget") in SPOKEN and info.title:
            found.append(name)
    return found


def canary(text: Text) -> str:
    """A word that stands nowhere else, short enough for every field; a number where one rings."""
    number = ORDER.index(text)
    return grouped(f"9175{number:04d}") if text[1] == "phone" else f"Fugl{number:03d}x"


ORDER = sorted(texts())
# Plans brought to a situation, and the steps taken there, one after the other.
ROUNDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "in use": (
        "in_use",
        (
            "A1",
            "A2",
            "A3",
            "A5",
            "A23",
            "A7",
            "A8",
            "A9",
            "A10",
            "A11",
            "A12",
            "A13",
            "A13c",
            "A17",
            "A18",
            "A22",
            "A25",
            "A26",
            "A31",
            "A32",
            "A35",
            "A37",
            "A38",
            "A39",
            "A41",
            "A42",
            "A24",
            "A30",
            "A34",
            "M1",
            "M4a",
            "M17",
            "M18",
            "M7",
            "M10",
            "M11",
            "M12",
            "M13b",
            "M16",
            "M14",
            "V1",
            "V2",
            "V10",
            "V3",
            "V4",
            "V6",
            "V7",
            "V8",
            "P13",
            "A6",
            "P20b",
        ),
    ),
    "refused by a service": ("in_use", ("M4b", "V9", "A36", "P12a")),
    "reviewed": ("in_use", ("P10", "P11", "P13w", "P14b")),
    "vacant": ("in_use", ("P14", "P22a", "P26a")),
    "asked elsewhere": ("in_use", ("P15", "P19")),
    "asked here": ("offered", ("P18a",)),
    "taken over": ("offered", ("P16",)),
    "ended": ("done_with", ("P20", "P26b")),
    "in error": ("asked", ("P27",)),
    "second look": ("in_use", ("P27o",)),
    "waits": ("requested", ("A15", "A21", "P6")),
    "forwarded": ("requested", ("P5", "P5a")),
    "answered yes": ("requested", ("P3", "P13y", "P7")),
    "answered no": ("requested", ("P4", "P23", "A20", "P24a")),
    "upheld": ("denied", ("P23", "P24b")),
    "declined": ("granted", ("P13n",)),
    "begun": ("requested", ("P8", "P9")),
    "begun, no": ("informal", ("P9d",)),
    "reported": ("requested", ("P1",)),
    "brought along": ("requested", ("P2",)),
}
ACTORS = (
    "mona",
    "kim",
    "oda",
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
    "A5": "party_id",
    "A23": "party_id",
    "P5": "to_unit_id",
    "P15": "to_unit_id",
}
With = Callable[["Walked"], Mapping[str, Any]]
WITH: Mapping[str, With] = {
    "P10": lambda found: {
        "relatives_discussed": False,
        "relatives_again_on": found.world.days(30),
        "rating": "good",
        "carried": [
            key
            for state, key in found.scene.measures.items()
            if state not in ("reviewed", "closed")
        ],
    },
    "P3": lambda found: {"to_party_id": found.world.party["per"]},
    "A36": lambda found: {"note_id": found.note()},
    "A34": lambda found: found.emergency(),
    "A1": lambda found: {"agreed_how": "spoken"},
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
            form = Seek(reason="life", name="kim", born_on=born)
            open_in_emergency(session, world.actor("leif"), form, "key", world.now)
        return {"outcome": "justified"}

    def note(self) -> str:
        """A note on the person's health, to be taken away again."""
        self.world.take("kim", "A35", self.scene.plan, words="Tåler ikke nøtter")
        return self.scene.first(HealthNote)

    def entitled(self, text: Text, reader: str) -> bool:
        """Whether a reader may read a text: its writer, whom it was written to, or by its scopes."""
        place = place_of(*text)
        if place is None or isinstance(place, Internal):
            return False
        if reader == self.written[text]:
            return True
        with Session(self.world.engine) as session:
            stands = standing(session, self.world.actor(reader), self.plans[text], self.world.now)
        if _by_its_place(place, stands.relations):
            return True
        return bool(stands.relations) and any(
            all(sees_word(scope, sight, self.about[text]) for scope in place.scopes)
            for sight in (stands.sight(), stands.sight("read_summary"))
        )


def _by_its_place(place: Shown, relations: frozenset[str]) -> bool:
    """Those whom a place is made for: who is asked, who answers for data, who asked and is answered."""
    return bool(
        (Place.OFFER in place.places and "receiver" in relations)
        or (Place.REQUEST in place.places and "privacy_officer" in relations)
        or (Place.CASE in place.places and relations & {"coordinating_unit", "deciding_unit"})
    )


def walked(
    app: Flask, name: str, readers: Iterable[str] = READERS, everywhere: bool = True
) -> Walked:
    """One round: the plan, the steps with their words, and what the readers read."""
    scene_name, steps = ROUNDS[name]
    world = make(app)
    found = Walked(world, SCENES[scene_name](world))
    _narrow(found)
    for row_id in steps:
        take(found, row_id)
    read(app, found, readers, everywhere)
    return found


def _narrow(found: Walked) -> None:
    """Kim shares some scopes with each of those around her."""
    with unit_of_work(found.world.engine) as session:
        for name, scopes in SHARED.items():
            session.execute(
                update(Consent)
                .where(
                    Consent.plan_id == found.scene.plan,
                    Consent.receiver_id == found.world.party[name],
                )
                .values(scopes=stored(scopes))
            )


def take(found: Walked, row_id: str) -> None:
    """The step by the first who may, on the first subject that lets it."""
    world = found.world
    reasons: list[str] = []
    for subject in subjects(found, row_id):
        for name in ACTORS:
            fields = filled(found, row_id, subject)
            try:
                done = world.take(name, row_id, found.scene.plan, subject, **fields)
            except (Refused, BadInput, NotThere) as stopped:
                reasons.append(f"{name}: {stopped!r}")
                continue
            for field_name in spoken(ACTS[row_id].form):
                if field_name in fields:
                    text = (row_id, field_name)
                    found.written[text] = name
                    found.about[text] = done.subject_id
                    found.plans[text] = done.plan_id
            return
    found.untaken[row_id] = "; ".join(dict.fromkeys(reasons))


def subjects(found: Walked, row_id: str) -> Iterable[str | None]:
    """What a step may be about."""
    row = ROWS[row_id]
    if row_id in ("M1", "V1") or row.machine == "plan":
        return [None]
    under = found.scene.measures if row.machine == "measure" else found.scene.meetings
    return list(under.values())


def nothing(found: Walked) -> Mapping[str, Any]:
    """A step that needs no more than others."""
    return {}


POINTS_AT: Mapping[str, Any] = {
    "goal_id": Goal,
    "participant_id": Participant,
    "wish_id": Wish,
    "agreement_id": Agreement,
    "consent_id": Consent,
    "emergency_id": BreakGlass,
    "note_id": HealthNote,
    "request_id": DataRequest,
}


def filled(found: Walked, row_id: str, subject: str | None) -> dict[str, Any]:
    """A form with a word of its own in each text, and whatever else the step needs."""
    form = ACTS[row_id].form
    fields = {**good_form(found.scene, row_id), **WITH.get(row_id, nothing)(found)}
    if "agreed_how" in form.model_fields:
        fields["agreed_how"] = "spoken"
    for name in spoken(form):
        fields[name] = canary((row_id, name))
    fields.pop(INSTEAD.get(row_id, ""), None)
    for name, model in POINTS_AT.items():
        if name in form.model_fields and name not in fields:
            fields[name] = found.scene.first(model)
    return fields


def addresses(found: Walked, everywhere: bool) -> list[str]:
    """The pages and papers of the plans, and the lists that lead to them."""
    listed = ["/", "/venter", "/meldinger"]
    if everywhere:
        listed += ["/innkomne", "/over-fristen", "/foresporsler", "/nodinnsyn/rapport", "/planer"]
    for plan in {found.scene.plan, *found.plans.values()}:
        listed += [f"/plan/{plan}", f"/plan/{plan}/historie", f"/sak/{plan}", f"/papir/{plan}"]
        listed += [f"/min/{plan}{rest}" for rest in ("", "/planen", "/brev", "/meldinger")]
        listed += papers(found.world, plan)
        if not everywhere:
            continue
        listed += [f"/plan/{plan}/moter", *meetings(found, plan)]
        listed += [f"/min/{plan}{rest}" for rest in ("/folk", "/deler", "/mote", "/rettigheter")]
    return listed


def meetings(found: Walked, plan: str) -> Iterator[str]:
    """Every meeting of a plan."""
    with Session(found.world.engine) as session:
        for key in session.scalars(select(Meeting.id).where(Meeting.plan_id == plan)):
            yield f"/plan/{plan}/mote/{key}"


def papers(world: World, plan: str) -> Iterator[str]:
    """Letters, complaints and reviews of a plan."""
    with Session(world.engine) as session:
        for key in session.scalars(select(Document.id).where(Document.plan_id == plan)):
            yield f"/papir/{plan}/brev/{key}"
        for key in session.scalars(select(Complaint.id).where(Complaint.plan_id == plan)):
            yield f"/papir/{plan}/klage/{key}"
        reviews = select(Event.id).where(Event.plan_id == plan, Event.row_id == "P10")
        for key in session.scalars(reviews):
            yield f"/plan/{plan}/evaluert/{key}"
            yield f"/papir/{plan}/evaluert/{key}"


def read(app: Flask, found: Walked, readers: Iterable[str], everywhere: bool) -> None:
    """The pages as every reader; which words stand where."""
    enter = Enter(app, found.world)
    words = {canary(text): text for text in found.written}
    listed = addresses(found, everywhere)
    for reader in readers:
        browser = enter(reader)
        browser.__class__ = FlaskClient  # the words are searched for; other tests check the pages
        for address in listed:
            answer = browser.get(address)
            page = answer.get_data(as_text=True) if answer.status_code == 200 else ""
            for word, text in words.items():
                if word in page:
                    found.seen.setdefault(text, {}).setdefault(reader, []).append(address)


def leaks(found: Walked) -> dict[Text, list[str]]:
    """The texts that somebody read who may not, with reader and address."""
    wrong = {}
    for text, readers in found.seen.items():
        bad = [
            f"{who} {where[0]}" for who, where in readers.items() if not found.entitled(text, who)
        ]
        if bad:
            wrong[text] = bad
    return wrong


def carried_out(found: Walked) -> list[Text]:
    """The texts that stand in a notice or a mail."""
    words = {canary(text): text for text in found.written}
    with Session(found.world.engine) as session:
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
