"""What may be shown of a protected party and of her plan (codes 6 and 7).

A plan is protected where the person, somebody who acts for her or a participant is. Then no page,
list, print, file or notice shows a protected party's address, telephone, e-mail or workplace, nor
where meetings of the plan are held; where people wrote one of these into their words, it is masked.
Somebody who works in a unit of the municipality keeps the telephone of that work.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Connection, Table, exists, or_, select
from sqlalchemy.orm import Session

from workflow.record.access.role_holders import works_here
from workflow.record.in_force import At, represents, takes_part
from workflow.record.models import (
    HomeAddress,
    Measure,
    Meeting,
    MunicipalityRow,
    Participant,
    Party,
    Plan,
    Representation,
    StaffRole,
)
from workflow.record.shapes.plan import (
    EventView,
    Human,
    Mark,
    MeetingView,
    ParticipantView,
    PlanParts,
    marked_fields,
)
from workflow.rules.text.name_order import is_same_name

CONFIDENTIAL, STRICT = "confidential", "strict"  # code 7, code 6
LEVELS = ("", CONFIDENTIAL, STRICT)
MASKED = "[…]"
SHORTEST = 3
AT_HOME = ("relative", "volunteer")  # whose own telephone may lead to the person
PLAN_WORDS = (
    "most_important",
    "limits",
    "service_aim",
    "ground_rules",
    "reach_person",
    "problem",
    "wish_coordinator",
)
MEASURE_WORDS = (
    "text",
    "condition",
    "condition_by",
    "agreed_consequence",
    "result_words",
    "way_of_working",
)
PLAN = cast(Table, Plan.__table__)
Row = TypeVar("Row", Plan, Measure)


def is_marked(moment: At) -> ColumnElement[bool]:
    """Whether the plan of the statement around is protected at an instant."""
    party = cast(Table, Party.__table__).alias("marked_party")
    at, acts = (cast(Table, model.__table__) for model in (Participant, Representation))
    own = exists().where(party.c.id == PLAN.c.person_id, party.c.protection != "")
    other = exists().where(
        at.c.plan_id == PLAN.c.id,
        takes_part(at),
        party.c.id == at.c.party_id,
        party.c.protection != "",
    )
    behalf = exists().where(
        acts.c.person_id == PLAN.c.person_id,
        represents(acts, moment),
        party.c.id == acts.c.representative_id,
        party.c.protection != "",
    )
    return or_(*(one.correlate(PLAN) for one in (own, other, behalf)))


def is_strictly_protected(person: Any = Party) -> ColumnElement[bool]:
    """Whether nobody may find the person who does not stand to her plan (code 6)."""
    return cast("ColumnElement[bool]", person.protection == STRICT)


def is_protected(conn: Connection | Session, plan_id: str | None, now: datetime) -> bool:
    """Whether a plan is protected; one statement."""
    query = select(Plan.id).where(Plan.id == plan_id, is_marked(now))
    return conn.execute(query).first() is not None


@dataclass(frozen=True, slots=True)
class Mask:
    """Takes what gives a protected place away out of words; without a pattern it changes nothing."""

    pattern: re.Pattern[str] | None = None
    who: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return self.pattern is not None

    def __call__(self, words: str) -> str:
        """The words without what must not stand there."""
        return self.pattern.sub(MASKED, words) if self.pattern and words else words

    def every(self, value: Any) -> Any:
        """The same for each text in lists and mappings."""
        if isinstance(value, str):
            return self(value)
        if isinstance(value, Mapping):
            return {key: self.every(one) for key, one in value.items()}
        return [self.every(one) for one in value] if isinstance(value, list) else value


NOTHING = Mask()


def mask_of(conn: Connection | Session, plan_id: str | None, now: datetime) -> Mask:
    """The mask of a plan; the one that changes nothing where it is not protected."""
    if not is_protected(conn, plan_id, now):
        return NOTHING
    who = _protected(conn, plan_id, now)
    words = {*words_of(conn, who), *_of_plan(conn, plan_id)}
    return _made(words, who)


def mask_of_others(
    conn: Connection | Session, plan_id: str | None, party_id: str, now: datetime
) -> Mask:
    """The mask for a party who is given her own data: what is protected of others, not of hers."""
    who = _protected(conn, plan_id, now) - {party_id}
    if not who:
        return NOTHING
    return _made(words_of(conn, who) - words_of(conn, {party_id}), who)


def _made(words: Iterable[str], who: Iterable[str]) -> Mask:
    patterns = {_pattern(word) for word in words if len(word.strip()) >= SHORTEST}
    # The first that fits wins: a part of an address would leave the rest of it standing.
    longest_first = sorted(sorted(patterns), key=len, reverse=True) or [r"(?!)"]
    return Mask(re.compile("|".join(longest_first), re.IGNORECASE), frozenset(who))


def words_of(conn: Connection | Session, who: Iterable[str]) -> set[str]:
    """Telephone, e-mail, workplace and address of parties."""
    return {*_of_parties(conn, who), *_of_addresses(conn, who)}


def _pattern(word: str) -> str:
    """A text as it may be written: any space between words, a telephone with any grouping."""
    bare = re.sub(r"[\s.-]", "", word.strip().removeprefix("+47"))
    if bare.isdigit():
        return r"[\s.-]?".join(bare)
    return r"\s+".join(re.escape(part) for part in word.split())


def _around(plan_id: str | None) -> list[Any]:
    """The ids of those whose marker counts for a plan, as selects."""
    person = select(Plan.person_id).where(Plan.id == plan_id)
    return [
        person,
        select(Participant.party_id).where(Participant.plan_id == plan_id),
        select(Representation.representative_id).where(
            Representation.person_id.in_(person.scalar_subquery())
        ),
    ]


def _protected(conn: Connection | Session, plan_id: str | None, now: datetime) -> set[str]:
    """Those around a plan who are protected and do not work here."""
    works = select(StaffRole.party_id).where(works_here(StaffRole, now))
    near = or_(*(Party.id.in_(one) for one in _around(plan_id)))
    query = select(Party.id).where(Party.protection != "", near, Party.id.not_in(works))
    return set(conn.execute(query).scalars())


def _of_parties(conn: Connection | Session, who: Iterable[str]) -> Iterable[str]:
    query = select(Party.phone, Party.email, Party.organisation).where(Party.id.in_(who))
    return [word for row in conn.execute(query) for word in row]


def _of_addresses(conn: Connection | Session, who: Iterable[str]) -> Iterable[str]:
    """Street, postcode with place, and the place where it is not the municipality's own name."""
    name = conn.execute(select(MunicipalityRow.name)).scalar() or ""
    query = select(HomeAddress.street, HomeAddress.postcode, HomeAddress.place)
    words = []
    for street, postcode, place in conn.execute(query.where(HomeAddress.party_id.in_(who))):
        words += [
            street,
            f"{postcode} {place}",
            "" if is_same_name(place, name) else place,
        ]
    return words


def _of_plan(conn: Connection | Session, plan_id: str | None) -> Iterable[str]:
    """Where meetings are held, and what private people around wrote of how to reach them."""
    places = select(Meeting.place).where(Meeting.plan_id == plan_id)
    own = select(Participant.phone, Participant.organisation).where(
        Participant.plan_id == plan_id, _private()
    )
    texts = list(conn.execute(places).scalars())
    return texts + [word for row in conn.execute(own) for word in row]


def _private() -> ColumnElement[bool]:
    protected = select(Party.id).where(Party.protection != "")
    return or_(Participant.kind.in_(AT_HOME), Participant.party_id.in_(protected))


def copy_row(row: Row, words: Sequence[str], mask: Mask) -> Row:
    """A stored row as it may be shown; the copy belongs to no session and is never written."""
    kind = type(row)
    table = cast(Table, kind.__table__)
    values = {column.key: getattr(row, column.key) for column in table.columns}
    return kind(**{**values, **{name: mask(values[name]) for name in words}})


def mask_plan(session: Session, plan: Plan, now: datetime) -> Plan:
    """A plan's row as it may be shown to anybody; the stored row where it is not protected."""
    return copy_row(plan, PLAN_WORDS, mask_of(session, plan.id, now))


def redact_places(
    mask: Mask,
    parts: PlanParts,
    measures: Sequence[Measure],
    humans: Mapping[str, Human],
) -> tuple[PlanParts, tuple[Measure, ...], dict[str, Human]]:
    """What pages read of a protected plan, without anything that gives a place away."""
    hidden = {
        shape: tuple(_masked(row, mask) for row in rows) for shape, rows in parts.rows.items()
    }
    people = {
        key: replace(human, phone="", email="", organisation="") if key in mask.who else human
        for key, human in humans.items()
    }
    return PlanParts(hidden), tuple(copy_row(one, MEASURE_WORDS, mask) for one in measures), people


def _masked(row: Any, mask: Mask) -> Any:
    """One row of a part, its prose masked; a participant at home without telephone and workplace."""
    if isinstance(row, EventView):
        return replace(row, words=mask.every(row.words)) if row.words else row
    prose = marked_fields(type(row), Mark.PROSE)
    shown = replace(row, **{name: mask(getattr(row, name)) for name in prose}) if prose else row
    if isinstance(shown, MeetingView):
        return replace(shown, place="")
    if isinstance(shown, ParticipantView) and (shown.kind in AT_HOME or shown.party_id in mask.who):
        return replace(shown, organisation="", phone="")
    return shown
