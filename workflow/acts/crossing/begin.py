"""The receiver's plan begins with the release: from the instant the sender states, in one transaction."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from textwrap import shorten
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.acts.base.form_fields import LONGEST, Form, NoFields
from workflow.acts.crossing.package_form import GoalPart, MeasurePart, PackageForm
from workflow.acts.crossing.talk import NobodyHere, who_answers, works_here
from workflow.acts.engine.fire import fire, why_not
from workflow.acts.neighbours.ask import CROSSING
from workflow.acts.neighbours.directory import name_of
from workflow.acts.neighbours.messages import PlanSummary
from workflow.acts.people.register import find_by_national_id
from workflow.acts.plan.content import AddGoal, Frame, WhatMatters
from workflow.acts.plan.coordinator import AcceptWithScopes, Vacate
from workflow.acts.plan.health_notes import WriteHealth
from workflow.acts.plan.measures import ProposeBroughtIn
from workflow.acts.plan.request import GrantFromElsewhere
from workflow.acts.plan.transfer import Successor
from workflow.acts.sharing.participants import AddRepresentation, AddWithScopes
from workflow.record.access.open_plan import Actor
from workflow.record.access.protected_addresses import LEVELS
from workflow.record.history.municipal_chain import change_rows, insert_rows, note_objects
from workflow.record.in_force import represents
from workflow.record.models import Document, Goal, Party, Plan, Representation, new_id
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.crossing.hand_over import RELEASED, SENDER
from workflow.rules.engine.denials import BadInput, Refused
from workflow.rules.names.steps import MeasureStep, PlanStep
from workflow.rules.text.name_order import is_same_name, sort_key, tidy_name

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a release begins: the hand-over as this side knows it, its package, and both instants."""

    session: Session
    crossing: Mapping[str, Any]
    package: PackageForm
    released_at: datetime
    now: datetime

    @property
    def actor(self) -> Actor:
        """Whoever said yes for the receiver, in the program's own hand."""
        return Actor(self.crossing["answered_by"], "operator")

    @property
    def place(self) -> str:
        """Where the plan comes from, short enough for any line."""
        return shorten(name_of(self.session, self.crossing["neighbour_code"]), 60, placeholder="…")

    @property
    def scopes(self) -> list[str]:
        """The parts that came along, and none that was not told of before the yes."""
        told = self.crossing["summary"]
        asked = PlanSummary.model_validate_json(told).scopes if told else self.package.scopes
        return sorted(set(asked) & set(self.package.scopes))

    @property
    def agreed(self) -> dict[str, Any]:
        """The person's yes as it was given there."""
        said = self.package.agreed
        return {"agreed_how": said.how or "paper", "agreed_on": said.on}

    def take(
        self, step_name: str, form: Form, plan_id: str | None = None, actor: Any = None
    ) -> Any:
        """A step of the beginning: judged at the release, recorded now."""
        return fire(
            self.session,
            actor or self.actor,
            step_name,
            plan_id=plan_id,
            form=form,
            now=self.released_at,
            recorded_at=self.now,
        )

    def may(self, step_name: str, form: Form, plan_id: str, actor: Actor | None = None) -> bool:
        """Whether the step is open."""
        return not why_not(
            self.session,
            actor or self.actor,
            step_name,
            plan_id=plan_id,
            form=form,
            now=self.released_at,
        )

    def bring(self, step_name: str, plan_id: str, form: type[Form], **values: Any) -> bool:
        """A step that adds what came along, where it is open; whether it was.

        What does not fit stands in the plan file that is kept beside: a plan must begin.
        """
        try:
            made = form(**values)
            if not self.may(step_name, made, plan_id):
                return False
            # What does not fit is taken back alone: the plan must begin without it.
            with self.session.begin_nested():
                self.take(step_name, made, plan_id)
        except (BadInput, Refused, ValidationError) as problem:
            LOG.warning("something did not come along by %s: %s", step_name, type(problem).__name__)
            return False
        return True


def begin_plan(beginning: Beginning) -> Plan:
    """The new plan, with somebody responsible from the release on.

    1. The person: by the national id that was typed here, or by our own plan that this one came from,
    else new in the register. 2. The incoming plan, with the sender's plan file and documents.
    3. Who acts for her. 4. What matters most, goals, measures and notes on health. 5. A decision
    where the old one is built on, and the coordinator who has said yes; else a named human has the case.
    """
    person_id = person_of(beginning)
    done = beginning.take(PlanStep.REGISTER_INCOMING, _incoming(beginning, person_id))
    _keep_documents(beginning, done.plan_id, done.event_id)
    _represent(beginning, done.plan_id, person_id)
    _bring(beginning, done.plan_id, person_id)
    _settle(beginning, done.plan_id)
    return beginning.session.execute(select(Plan).where(Plan.id == done.plan_id)).scalar_one()


def person_of(beginning: Beginning) -> str:
    """Nobody is joined to somebody here by name, birthday or e-mail.

    By the national id that was typed here, or by this record's own word that the plan left from here
    to the very municipality that hands it back.
    """
    session, digest = beginning.session, beginning.crossing["national_id_hmac"]
    told = beginning.package.person
    home = HomeComing(beginning.package.follows, told.name, told.born_on, digest)
    party_id = find_by_national_id(session, digest) or find_home_comer(
        session, home, beginning.crossing["neighbour_code"]
    )
    if party_id:
        _protect(session, party_id, told.protection)
        if digest:
            known_now = session.get_one(Party, party_id)
            known_now.national_id_hmac = known_now.national_id_hmac or digest
            note_objects(session, known_now)
        return party_id
    return _new_party(beginning, {**told.model_dump(), "national_id_hmac": digest})


class NotDecided(Exception):
    """The old decision is not built on, or nobody could have the plan by it."""


@dataclass(frozen=True, slots=True)
class HomeComing:
    """What a neighbour says of a plan that was ours: which it was, and whom it is about.

    digest: of the national id that was typed here, if any.
    """

    follows: str | None
    name: str
    born_on: date | None
    digest: str = ""

    def fits(self, party: Party) -> bool:
        """Name, birthday and national id join nobody, and any of them that differs parts two."""
        day = self.born_on is None or party.born_on in (None, self.born_on)
        number = not self.digest or party.national_id_hmac in ("", self.digest)
        return day and number and is_same_name(self.name, party.name)


def find_home_comer(session: Session, home: HomeComing, neighbour: str) -> str | None:
    """The person of our plan that we released to a neighbour, where theirs follows it and fits."""
    query = (
        select(Party)
        .join(Plan, Plan.person_id == Party.id)
        .join(CROSSING, CROSSING.c.plan_id == Plan.id)
        .where(
            Plan.id == home.follows,
            CROSSING.c.side == SENDER,
            CROSSING.c.state == RELEASED,
            CROSSING.c.neighbour_code == neighbour,
        )
    )
    person = session.execute(query).scalar()
    return person.id if person is not None and home.fits(person) else None


def _protect(session: Session, party_id: str, told: str) -> None:
    """Somebody known here who is protected there is protected as strictly here, never less."""
    party = session.get_one(Party, party_id)
    if LEVELS.index(told) > LEVELS.index(party.protection):
        party.protection = told
        note_objects(session, party)


def _new_party(beginning: Beginning, values: Mapping[str, Any]) -> str:
    """Somebody who is new in the register."""
    key = new_id()
    name = tidy_name(values["name"])
    own = {"id": key, "name": name, "sort_key": sort_key(name), "created_at": beginning.now}
    insert_rows(beginning.session, Party, {**values, **own})
    return key


def _represent(beginning: Beginning, plan_id: str, person_id: str) -> None:
    """Whoever acts for the person there does so here: a child would else have nobody.

    Of a person who was known here already, those who act for her here do so as before.
    """
    here = select(Representation.id).where(
        Representation.person_id == person_id,
        represents(Representation, beginning.released_at),
    )
    if beginning.session.execute(here.limit(1)).first() is not None:
        return
    for one in beginning.package.representatives:
        values = one.model_dump(exclude={"ground", "acts", "until_at"})
        beginning.bring(
            PlanStep.ADD_REPRESENTATION,
            plan_id,
            AddRepresentation,
            representative_id=_new_party(beginning, values),
            ground=one.ground,
            acts=one.acts,
            until_on=oslo_date(one.until_at) if one.until_at else None,
        )


def _incoming(beginning: Beginning, person_id: str) -> Successor:
    """`plan.register_incoming`'s form; a discharge that has been is history."""
    package = beginning.package
    home = package.discharge_on
    ahead = home is not None and home >= oslo_date(beginning.released_at)
    return Successor(
        person_id=person_id,
        predecessor_id=package.plan_id,
        source_name=f"{beginning.place}, plan {package.number}",
        document_title=package.number,
        # A form's text holds no more; the whole file lies among the documents.
        document_text=package.plan_file[:9_000],
        unmapped=shorten_lines((*package.unmapped, *package.left_out)),
        unit_id=beginning.crossing["unit_id"],
        discharge_on=home if ahead else None,
        first_appointment=package.first_appointment if ahead else "",
        **beginning.agreed,
    )


def shorten_lines(lines: Sequence[str]) -> str:
    """As many of the lines as a text may hold."""
    return "\n".join(lines)[:LONGEST]


def _keep_documents(beginning: Beginning, plan_id: str, event_id: str) -> None:
    """The whole plan file, and every document with the day it had and the name of where it is from."""
    file = beginning.package.plan_file.encode()
    made = {"plan_id": plan_id, "event_id": event_id}
    rows: list[dict[str, Any]] = [
        {
            "kind": "incoming",
            "code": "A02-2",
            "title": f"{beginning.package.number}.yaml",
            "mime": "application/yaml",
            "content": file,
            "language": "nb",
            "template_version": 1,
            "sha256": hashlib.sha256(file).hexdigest(),
            "created_at": beginning.now,
        }
    ]
    for paper in beginning.package.documents:
        title = f"{paper.title} ({beginning.place})"[:200]
        rows.append({**paper.model_dump(), "title": title})
    for row in rows:
        insert_rows(beginning.session, Document, {"id": new_id(), **made, **row})


def _bring(beginning: Beginning, plan_id: str, person_id: str) -> None:
    """What matters most and the frame; goals and measures one by one, as proposals; notes on health."""
    package, agreed = beginning.package, beginning.agreed
    matters = {name: getattr(package, name) or None for name in ("most_important", "limits")}
    if any(matters.values()):
        beginning.bring(PlanStep.SET_WHAT_MATTERS, plan_id, WhatMatters, **matters, **agreed)
    if package.ground_rules:
        beginning.bring(
            PlanStep.SET_FRAME, plan_id, Frame, ground_rules=package.ground_rules, **agreed
        )
    goals = [_bring_goal(beginning, plan_id, one) for one in package.goals]
    for measure in package.measures:
        _bring_measure(beginning, plan_id, person_id, measure, goals)
    for note in package.health:
        by = ", ".join(filter(None, (note.written_by, beginning.place)))
        words = f"{note.words[: LONGEST - 200]}\n({by})"
        beginning.bring(PlanStep.WRITE_HEALTH, plan_id, WriteHealth, words=words, **agreed)


def _bring_goal(beginning: Beginning, plan_id: str, goal: GoalPart) -> str | None:
    """A goal; its key here."""
    if not beginning.bring(
        PlanStep.ADD_GOAL, plan_id, AddGoal, **goal.model_dump(), **beginning.agreed
    ):
        return None
    newest = select(Goal.id).where(Goal.plan_id == plan_id).order_by(Goal.position.desc()).limit(1)
    return beginning.session.execute(newest).scalar()


def _bring_measure(
    beginning: Beginning,
    plan_id: str,
    person_id: str,
    measure: MeasurePart,
    goals: Sequence[str | None],
) -> None:
    """A measure with its dates, and without them where they are past."""
    told = measure.model_dump(exclude={"goal", "proposed_by_person"})
    within = measure.goal is not None and measure.goal < len(goals)
    told["goal_id"] = goals[measure.goal] if within and measure.goal is not None else None
    if measure.proposed_by_person:
        told["proposed_by"] = person_id
    told |= beginning.agreed
    if not beginning.bring(MeasureStep.PROPOSE, plan_id, ProposeBroughtIn, **told):
        undated = {**told, "due_on": None, "not_before": None}
        beginning.bring(MeasureStep.PROPOSE, plan_id, ProposeBroughtIn, **undated)


def _settle(beginning: Beginning, plan_id: str) -> None:
    """Somebody by name has the plan from the first instant. Raises NobodyHere."""
    try:
        with beginning.session.begin_nested():
            if not _decide(beginning, plan_id):
                raise NotDecided(plan_id)
    except NotDecided:  # without anybody to have it the case is begun anew
        _name_human(beginning, plan_id)
    has = select(Plan.responsible_party_id, Plan.shadow).where(Plan.id == plan_id)
    who, shadow = beginning.session.execute(has).one()
    if who is None and not shadow:
        raise NobodyHere(plan_id)


def _decide(beginning: Beginning, plan_id: str) -> bool:
    """The old decision as the receiver's own, where it builds on it; whether somebody has the plan."""
    old, here = beginning.package.decision, beginning.crossing
    if not (here["rests_on_old"] and old):
        return False
    still = here["said_yes"] and works_here(
        beginning.session, here["coordinator_id"], beginning.now
    )
    named = here["coordinator_id"] if still else None
    wish = beginning.package.wish_coordinator or "–"
    there = f"Bygger på vedtaket i {beginning.place}, plan {beginning.package.number}."
    answer = GrantFromElsewhere(
        place=beginning.place,
        named=_name_of(beginning, named),
        regime=old.regime,
        why_long=old.why_long or there,
        why_coordinated=old.why_coordinated or there,
        wish_coordinator=wish,
        to_party_id=named,
        **beginning.agreed,
    )
    if not beginning.may(PlanStep.GRANT, answer, plan_id):
        return False
    beginning.take(PlanStep.GRANT, answer, plan_id)
    return _coordinate(beginning, plan_id, named) or _act(beginning, plan_id)


def _name_of(beginning: Beginning, party_id: str | None) -> str:
    """What somebody is called; nothing for nobody."""
    query = select(Party.name).where(Party.id == party_id)
    return (beginning.session.execute(query).scalar() or "") if party_id else ""


def _coordinate(beginning: Beginning, plan_id: str, named: str | None) -> bool:
    """Whoever was named with the yes, and had said yes, coordinates from the first instant."""
    yes = AcceptWithScopes(scopes=beginning.scopes, source=beginning.agreed["agreed_how"])
    coordinator = Actor(named)
    if named is None or not beginning.may(PlanStep.ACCEPT_COORDINATOR, yes, plan_id, coordinator):
        return False
    beginning.take(PlanStep.ACCEPT_COORDINATOR, yes, plan_id, coordinator)
    return True


def _act(beginning: Beginning, plan_id: str) -> bool:
    """Without a coordinator somebody of the coordinating unit acts, named, at once."""
    for key in who_answers(beginning.session, beginning.now):
        if beginning.bring(PlanStep.VACATE, plan_id, Vacate, acting_id=key):
            return True
    return False


def who_takes_over(beginning: Beginning) -> str:
    """Who was named with the yes; where they have left, who gave it, else somebody of the office.

    The sender has let go: a plan that cannot begin would have nobody. Raises NobodyHere.
    """
    here = beginning.crossing
    office = who_answers(beginning.session, beginning.now)
    for key in (here["coordinator_id"], here["answered_by"], *office):
        if works_here(beginning.session, key, beginning.now):
            return str(key)
    raise NobodyHere(here["id"])


def _name_human(beginning: Beginning, plan_id: str) -> None:
    """A human of the receiver answers for the request by name, as soon as there is a plan."""
    key = who_takes_over(beginning)
    named = Actor(key, "operator")
    if beginning.may(PlanStep.TAKE_CASE, NoFields(), plan_id, named):
        beginning.take(PlanStep.TAKE_CASE, NoFields(), plan_id, named)
    # Who was told that somebody works with it there must not find that they cannot read it.
    source = beginning.agreed["agreed_how"]
    beginning.bring(
        PlanStep.ADD_PARTICIPANT,
        plan_id,
        AddWithScopes,
        party_id=key,
        scopes=beginning.scopes,
        source=source,
        **beginning.agreed,
    )


def note_begun(beginning: Beginning, plan: Plan) -> None:
    """The hand-over has its plan; what was kept until now of who it is about stands there."""
    change_rows(
        beginning.session,
        update(CROSSING)
        .where(CROSSING.c.id == beginning.crossing["id"])
        .values(
            state=RELEASED,
            plan_id=plan.id,
            released_at=beginning.released_at,
            ended_at=beginning.now,
            summary="",
            national_id_hmac="",
            version=CROSSING.c.version + 1,
        ),
    )
