"""The names a plan file uses and the keys of the record behind them: people, units, and what steps made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, get_args

from pydantic import BaseModel
from sqlalchemy.orm import Session

from workflow.acts.accounts import staff_roles
from workflow.acts.people.evidence import Description, find_same
from workflow.acts.people.register import (
    check_birthday,
    check_national_id,
    digest_national_id,
)
from workflow.acts.planfile.schema import FileHuman, OfPeople, PlanFile
from workflow.acts.planfile.yaml_text import FileProblem, Source
from workflow.acts.privacy import protected_addresses
from workflow.record.same_party import units_named
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.engine.denials import BadInput
from workflow.words.refusals.fields import field_error

PEOPLE = frozenset(
    {
        "person",
        "party",
        "staff",
        "around",
        "staff_or_person",
        "sharing",
        "around_many",
        "called_many",
    }
)
UNITS = frozenset({"unit", "any_unit"})
MADE = frozenset(
    {"participant", "wish", "measure", "measures", "agreement", "goal", "open_goal", "health_note"}
)


def _within(annotation: Any) -> Iterator[Any]:
    """A field's type and everything it is made of."""
    yield annotation
    for one in get_args(annotation):
        yield from _within(one)


def part_of(info: Any) -> type[BaseModel] | None:
    """The kind of part that a field holds, alone or in a list."""
    inner = _within(info.annotation)
    return next((t for t in inner if isinstance(t, type) and issubclass(t, BaseModel)), None)


def kind_of(info: Any) -> str:
    """What a form's field names: people, unit, made, or nothing of these."""
    if any(isinstance(one, OfPeople) for one in (*info.metadata, *_within(info.annotation))):
        return "people"
    extra = info.json_schema_extra
    widget = extra.get("widget") if isinstance(extra, dict) else ""
    for kind, widgets in (("people", PEOPLE), ("unit", UNITS), ("made", MADE)):
        if widget in widgets:
            return kind
    return ""


def rename_keys(
    form: Any, fields: Mapping[str, Any], name: Callable[[str, Any], Any]
) -> dict[str, Any]:
    """The fields with every name (or key) put through `name(kind, value)`; lists item by item.

    Parts of a part are looked through too; what is no part at all is left for the form to refuse.
    """
    known = form.model_fields
    return {
        field_name: _renamed(known[field_name], value, name) if field_name in known else value
        for field_name, value in fields.items()
    }


def named_people(
    form: Any, fields: Mapping[str, Any], place: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Everybody that fields name, with the place of each."""
    for field_name, value in fields.items():
        info = form.model_fields[field_name]
        items = enumerate(value) if isinstance(value, list) else ((None, value),)
        for number, one in items:
            at = (*place, field_name) if number is None else (*place, field_name, number)
            part = part_of(info)
            if part is not None and isinstance(one, Mapping):
                yield from named_people(part, one, at)
            elif kind_of(info) == "people" and one is not None:
                yield at, one


def _renamed(info: Any, value: Any, name: Callable[[str, Any], Any]) -> Any:
    if isinstance(value, list):
        return [_renamed(info, one, name) for one in value]
    part, kind = part_of(info), kind_of(info)
    if part is not None and isinstance(value, Mapping):
        return rename_keys(part, value, name)
    return name(kind, value) if kind and value is not None else value


@dataclass
class NumberedParts:
    """What the steps of a plan made, numbered by table in the order of making: goal-1, measure-2."""

    count: Counter[str] = field(default_factory=Counter)
    keys: dict[str, str] = field(default_factory=dict)  # name -> key
    names: dict[str, str] = field(default_factory=dict)  # key -> name

    def add(self, table: str, key: str) -> str:
        """Number one more."""
        self.count[table] += 1
        name = f"{table}-{self.count[table]}"
        self.keys[name], self.names[key] = key, name
        return name

    def follow(self, text: Mapping[str, Any], own_name: str | None = None) -> None:
        """Number what an event made, its subject first where the event made it."""
        made = [tuple(pair) for pair in text["made"]]
        if text["from"] == "start" and text["machine"] != "plan":
            made.insert(0, (text["machine"], text["subject"]))
        for table, key in made:
            self.add(table, key)
        if own_name and made:
            self.keys[own_name] = made[0][1]


class Register:
    """People and units by the names of a file; missing people are added."""

    def __init__(self, session: Session, identity_key: str = "") -> None:
        self.session = session
        self.identity_key = identity_key
        self.party: dict[str, str] = {}

    def settle(
        self, file: PlanFile, source: Source, now: datetime, language: str = "nb"
    ) -> list[FileProblem]:
        """Find or add everybody; names each who cannot be."""
        problems: list[FileProblem] = []
        for key, human in file.people.items():
            try:
                self.party[key] = self._find(human) or self._add(human, now)
            except BadInput as bad:
                problems.extend(
                    source.problem(("people", key, name), code, field_error(code, params, language))
                    for name, code, params in bad.problems
                )
        return problems

    def _digest(self, human: FileHuman) -> str:
        if not human.national_id:
            return ""
        digits = check_national_id(human.national_id, synthetic_only=True)
        if not self.identity_key:
            raise BadInput([("national_id", "no_identity_key", {})])
        return digest_national_id(self.identity_key, digits)

    def _find(self, human: FileHuman) -> str | None:
        """Who of the register it is, by all that the file says. Raises BadInput."""
        said = Description(
            human.name,
            human.email,
            human.phone,
            human.organisation,
            human.born_on,
            self._digest(human),
        )
        return find_same(self.session, said)

    def _add(self, human: FileHuman, now: datetime) -> str:
        check_birthday(human.born_on, oslo_date(now))
        values = human.model_dump(exclude={"name", "national_id", "address"})
        key = staff_roles.add_party(
            self.session,
            human.name,
            now,
            national_id_hmac=self._digest(human),
            **values,
        )
        if human.address:
            lives = protected_addresses.AddressForm(**human.address.model_dump())
            protected_addresses.keep_address(self.session, key, lives, None, now)
        return key

    def unit(self, name: str) -> str | None:
        """The only unit of that name."""
        unit_ids = units_named(self.session, name)
        return unit_ids[0] if len(unit_ids) == 1 else None
