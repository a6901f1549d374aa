"""The answers that a form's pickers offer: staff, units, measures, people around the plan; forms draw them."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    extract,
    false,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from web.forms.namesakes import Candidate, Choice, label_candidates
from web.forms.widgets import picker_of
from web.page.formats import day
from web.request.translate import gettext
from workflow.acts.accounts.sessions import in_force
from workflow.acts.neighbours import directory
from workflow.acts.privacy.access_requests import ACCESS
from workflow.record.access.kept_from_parents import is_heard
from workflow.record.access.protected_addresses import mask_of
from workflow.record.access.representatives import list_representatives
from workflow.record.in_force import allows, has_account, is_held, takes_part
from workflow.record.models import (
    Agreement,
    Consent,
    Goal,
    HealthNote,
    Measure,
    MeetingParty,
    Participant,
    Party,
    Plan,
    StaffRole,
    Tenure,
    Unit,
    Wish,
)
from workflow.rules.engine.vocabulary import CLOSED
from workflow.rules.sharing.scopes import CALENDAR, GOALS, HEALTH, MEASURES, MESSAGES, Visibility
from workflow.rules.text.name_order import sort_by_name, sort_key
from workflow.words.text.telephone import group_digits

SHORT = 60
OWN_WORDS = frozenset({"measure", "measures", "measure_list", "goal", "open_goal", "wish"})
NOTHING = Visibility()


@dataclass(frozen=True)
class Where:
    """Where the form stands: the moment, and the plan if there is one."""

    session: Session
    now: datetime
    plan_id: str | None = None
    subject_id: str | None = None
    can_see: Visibility = NOTHING  # of the plan; without one there is nothing to see


def choices_of(
    model: type[BaseModel], where: Where, only: Container[str] | None = None
) -> dict[str, list[Choice]]:
    """(id, name) for every field that is a picker, or for those named; one query for each kind."""
    wanted = {
        name: picker_of(info)
        for name, info in model.model_fields.items()
        if only is None or name in only
    }
    choices = {word: PICKERS[word](where) for word in set(wanted.values()) & PICKERS.keys()}
    if choices.keys() & OWN_WORDS:
        mask = mask_of(where.session, where.plan_id, where.now)
        hidden = {
            w: [(key, mask(words)) for key, words in choices[w]] for w in choices.keys() & OWN_WORDS
        }
        choices = {**choices, **hidden}
    return {name: choices[word] for name, word in wanted.items() if word in choices}


def _heard(where: Where, party_id: Any) -> ColumnElement[bool]:
    """Nobody whom the reader is not to hear of, where a column says who it is about."""
    return is_heard(party_id, where.can_see.unheard)


def staff(where: Where) -> list[Choice]:
    """Everybody who works in a unit today, by name, with the unit after it."""
    return label_candidates(_staff(where))


def _staff(where: Where) -> list[Candidate]:
    rows = where.session.execute(
        select(Party.id, Party.name, Unit.name, Party.title, Party.phone)
        .join(StaffRole, and_(StaffRole.party_id == Party.id, in_force(where.now)))
        .join(Unit, Unit.id == StaffRole.unit_id)
        .where(has_account(Party))
        .order_by(Party.sort_key, Party.id)
    )
    # Whoever works here is reached by the telephone of that work, and it parts whom a title does not.
    people = [
        Candidate(key, name, unit, (title, group_digits(phone)))
        for key, name, unit, title, phone in rows
    ]
    return sorted(people, key=lambda one: (sort_key(one.name), sort_key(one.told)))


def person(where: Where) -> list[Choice]:
    """The person whom the plan is for."""
    return label_candidates(_person(where))


def _person(where: Where) -> list[Candidate]:
    wanted = _known(where).join(Plan, Plan.person_id == Party.id)
    return _candidates(where, wanted.where(Plan.id == where.plan_id))


def staff_or_person(where: Where) -> list[Choice]:
    """The person first, then everybody who works in a unit."""
    return label_candidates([*_person(where), *_staff(where)])


def ordering_units(where: Where) -> list[Choice]:
    """The offices that answer requests."""
    return [*_units(where, "ordering")]


def any_unit(where: Where) -> list[Choice]:
    """Every unit of the municipality."""
    return [*_units(where, "ordering"), *_units(where, "coordinating"), *_units(where, "service")]


def neighbour(where: Where) -> list[Choice]:
    """The other municipalities that a plan may be handed over to; none of a plan about a problem."""
    known = where.session.execute(select(Plan.person_id).where(Plan.id == where.plan_id)).scalar()
    return directory.list_neighbours(where.session) if known else []


def _units(where: Where, kind: str) -> Iterable[Choice]:
    wanted = select(Unit.id, Unit.name).where(Unit.kind == kind)
    return sort_by_name(_rows(where, wanted), lambda unit: unit[1])


def measures(where: Where) -> list[Choice]:
    """The plan's open measures, in the plan's order."""
    wanted = select(Measure.id, Measure.text).where(
        Measure.plan_id == where.plan_id,
        Measure.state != CLOSED,
        _heard(where, Measure.accountable_id),
    )
    if MEASURES not in where.can_see.scopes:
        wanted = wanted.where(Measure.id.in_(where.can_see.own))
    return _rows(where, wanted.order_by(Measure.position))


def goals(where: Where) -> list[Choice]:
    """The plan's goals in the person's own words, in the plan's order."""
    return [] if GOALS not in where.can_see.scopes else _goals(where)


def _goals(where: Where, *which: ColumnElement[bool]) -> list[Choice]:
    wanted = select(Goal.id, Goal.own_words).where(Goal.plan_id == where.plan_id, *which)
    return _rows(where, wanted.order_by(Goal.position))


def open_goals(where: Where) -> list[Choice]:
    """Those of the plan's goals that are not ended: only they are changed and ended."""
    return [] if GOALS not in where.can_see.scopes else _goals(where, Goal.status == "open")


def participants(where: Where) -> list[Choice]:
    """Those who are around the plan now, by their place in it; not all of them can sign in."""
    wanted = (
        select(Participant.id, Participant.name, Participant.role, Participant.organisation)
        .add_columns(_year(where))
        .outerjoin(Party, Party.id == Participant.party_id)
        .where(Participant.plan_id == where.plan_id, takes_part(Participant))
        .where(_heard(where, Participant.party_id))
    )
    return _labelled(where, sort_by_name(_candidates(where, wanted), lambda one: one.name))


def askable_parties(where: Where) -> list[Choice]:
    """Everybody who can be asked to do something: the person, who coordinates, those around."""
    return _labelled(where, _askable(where))


def _askable(where: Where) -> list[Candidate]:
    holders = (
        _known(where)
        .join(Tenure, Tenure.party_id == Party.id)
        .where(Tenure.plan_id == where.plan_id, is_held(Tenure), Tenure.role != "responsible")
    )
    others = (
        _known(where)
        .join(Participant, Participant.party_id == Party.id)
        .where(
            Participant.plan_id == where.plan_id,
            takes_part(Participant),
            _heard(where, Participant.party_id),
        )
    )
    around = [*_candidates(where, holders), *_candidates(where, others)]
    return [*_person(where), *sort_by_name(around, lambda one: one.name)]


def known_parties(where: Where) -> list[Choice]:
    """Everybody who may come into a plan: those around first, then all who work in a unit."""
    works = {one.key: one for one in _staff(where)}
    around = [works.pop(one.key, one) for one in _askable(where)]
    return _labelled(where, [*around, *works.values()])


def called_parties(where: Where) -> list[Choice]:
    """Those who are called to the meeting that the form is about."""
    if CALENDAR not in where.can_see.scopes:
        return []
    wanted = (
        _known(where)
        .join(MeetingParty, MeetingParty.party_id == Party.id)
        .where(
            MeetingParty.meeting_id == where.subject_id,
            MeetingParty.plan_id == where.plan_id,
            _heard(where, MeetingParty.party_id),
        )
    )
    return _labelled(where, _candidates(where, wanted.order_by(Party.sort_key)))


def wishes(where: Where) -> list[Choice]:
    """Wishes and messages that wait for an answer, by their first words."""
    wanted = select(Wish.id, Wish.words).where(
        Wish.plan_id == where.plan_id,
        Wish.answered_at.is_(None),
        Wish.kind != ACCESS,
        _heard(where, Wish.from_party_id),
        _heard(where, Wish.to_party_id),
    )
    if MESSAGES not in where.can_see.scopes:
        # Nobody's letters but those that wait for the office, or for the reader in it.
        office = or_(Wish.to_party_id.is_(None), Wish.to_party_id == where.can_see.letters)
        wanted = wanted.where(office if where.can_see.letters else false())
    return [
        (key, shorten_text(words)) for key, words in _rows(where, wanted.order_by(Wish.sent_at))
    ]


def agreements(where: Where) -> list[Choice]:
    """What was recorded as said or signed by the person, the newest first, by its day."""
    wanted = select(Agreement.id, Agreement.agreed_on).where(
        Agreement.plan_id == where.plan_id, Agreement.how != "app"
    )
    rows = where.session.execute(wanted.order_by(Agreement.id.desc()))
    return [(key, day(on)) for key, on in rows]


def shorten_text(words: str) -> str:
    """The first words of a text, on one line."""
    line = " ".join(words.split())
    return line if len(line) <= SHORT else f"{line[:SHORT]} …"


def sharing(where: Where) -> list[Choice]:
    """Those whom the person shares the plan with now."""
    wanted = (
        _known(where)
        .join(Consent, Consent.receiver_id == Party.id)
        .where(
            Consent.plan_id == where.plan_id,
            allows(Consent, where.now),
            _heard(where, Consent.receiver_id),
        )
    )
    return _labelled(where, _candidates(where, wanted.order_by(Party.sort_key)))


def representatives(where: Where) -> list[Choice]:
    """Those who act for the person now."""
    person_id = where.session.execute(
        select(Plan.person_id).where(Plan.id == where.plan_id)
    ).scalar()
    acting = list_representatives(where.session, person_id, where.now)
    return list({one.party_id: one.name for one in acting}.items())


def health_notes(where: Where) -> list[Choice]:
    """What stands about the person's health now, by its first words."""
    if HEALTH not in where.can_see.scopes:
        return []
    wanted = select(HealthNote.id, HealthNote.words).where(
        HealthNote.plan_id == where.plan_id, HealthNote.ended_at.is_(None)
    )
    notes = _rows(where, wanted.order_by(HealthNote.written_at))
    return [(key, shorten_text(words)) for key, words in notes]


def _known(where: Where) -> Select[Any]:
    """A party's key, name and what tells namesakes apart."""
    return select(Party.id, Party.name, Party.title, Party.organisation, _year(where))


def _year(where: Where) -> ColumnElement[Any]:
    """The year of birth, for the person and who coordinates: others do not learn it from a list."""
    return func.coalesce(extract("year", Party.born_on), 0) if where.can_see.alone else literal(0)


def _candidates(where: Where, wanted: Select[Any]) -> list[Candidate]:
    return [
        Candidate(key, name, hints=(*hints, _born(year)))
        for key, name, *hints, year in where.session.execute(wanted)
    ]


def _born(year: int) -> str:
    return gettext("født %(year)s", year=int(year)) if year else ""


def _labelled(where: Where, people: list[Candidate]) -> list[Choice]:
    """With namesakes told apart, but by no place that a protected address would be found by."""
    return label_candidates(people, lambda: mask_of(where.session, where.plan_id, where.now))


def _rows(where: Where, wanted: Select[Any, Any]) -> list[Choice]:
    return list({row[0]: row[1] for row in where.session.execute(wanted)}.items())


PICKERS: dict[str, Callable[[Where], list[Choice]]] = {
    "staff": staff,
    "person": person,
    "staff_or_person": staff_or_person,
    "unit": ordering_units,
    "any_unit": any_unit,
    "neighbour": neighbour,
    "measure": measures,
    "measures": measures,
    "measure_list": measures,
    "goal": goals,
    "open_goal": open_goals,
    "party": known_parties,
    "parties": known_parties,
    "around": askable_parties,
    "around_many": askable_parties,
    "called_many": called_parties,
    "participant": participants,
    "participants": participants,
    "sharing": sharing,
    "representative": representatives,
    "wish": wishes,
    "agreement": agreements,
    "health_note": health_notes,
}
