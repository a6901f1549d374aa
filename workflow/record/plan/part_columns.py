"""Allots the columns of one UNION to the fields of the shapes that it reads, and hands the shapes back.

One round trip brings everything that a page of a plan shows. Every branch of a UNION has the same
columns, so that a column means something else in each. Nobody outside this module sees them: a part
is declared by its shape with a column for each field, and what does not fit the shape's annotations
is refused when the declaration is imported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, get_type_hints

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Date,
    Dialect,
    FromClause,
    Integer,
    Select,
    Text,
    TextClause,
    cast,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeDecorator, TypeEngine

from workflow.record.database.prepared import PreparedStatement, Processor, result_processor
from workflow.record.models.base import UtcDateTime
from workflow.record.shapes.plan import Mark, PlanParts, marked_fields

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Shape = TypeVar("Shape", bound="DataclassInstance")
Maker = Callable[[Sequence[Any]], Any]

# All texts share one family: PostgreSQL finds a common type for keys, codes and words by itself.
FAMILIES: Mapping[type, tuple[str, TypeEngine[Any]]] = {
    str: ("text", Text()),
    int: ("number", Integer()),
    bool: ("flag", Boolean()),
    date: ("day", Date()),
    datetime: ("instant", UtcDateTime()),
}
PART = "part"  # the first column: the name of the shape that a row is of


class UnfitPart(TypeError):
    """A shape and the columns declared for it do not fit together."""


class Elsewhere(Enum):
    """A field that no column gives: it keeps its default until rows of another shape fill it."""

    GATHERED = auto()


GATHERED: Final = Elsewhere.GATHERED


@dataclass(frozen=True, slots=True)
class ParsedColumn:
    """A column of which a function makes the field's value; its return annotation is the field's type."""

    column: Any
    parse: Callable[[Any], Any]


Source = ColumnElement[Any] | InstrumentedAttribute[Any] | ParsedColumn | Elsewhere


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """The column of one field, the Python type that it is stored as, and how it becomes the field's."""

    column: ColumnElement[Any]
    stored_as: type
    parse: Processor = None

    def reader(self, dialect: Dialect) -> Processor:
        """What makes the field's value of the driver's; nothing where the two are the same."""
        stored = result_processor(self.column.type, dialect)
        if stored is None:
            return self.parse
        known: Callable[[Any], Any] = stored
        parse = self.parse
        if parse is None:
            return lambda value: None if value is None else known(value)
        return lambda value: parse(None if value is None else known(value))


class PlanPart(Generic[Shape]):
    """One branch of the UNION: a shape, a column for each of its fields, and which rows.

    Raises UnfitPart where a field has no column, a column no field, or their types differ.
    """

    def __init__(self, shape: type[Shape], **sources: Source) -> None:
        self.shape = shape
        self.columns = tuple(
            _fitted(shape, name, sources[name]) for name in _fields_read(shape, sources)
        )
        self._conditions: tuple[ColumnElement[bool] | TextClause, ...] = ()
        self._rows: FromClause | None = None

    def where(self, *conditions: ColumnElement[bool] | TextClause) -> PlanPart[Shape]:
        """The same part with fewer rows."""
        other = copy(self)
        other._conditions = (*self._conditions, *conditions)
        return other

    def select_from(self, rows: Any) -> PlanPart[Shape]:
        """The same part, its rows taken from a join."""
        other = copy(self)
        other._rows = rows
        return other

    @property
    def slots(self) -> list[str]:
        """The columns that this part takes, one for each field: the first free of its family."""
        used: Counter[type] = Counter()
        names = []
        for one in self.columns:
            used[one.stored_as] += 1
            names.append(_slot(one.stored_as, used[one.stored_as]))
        return names

    def branch(self, slots: Mapping[str, TypeEngine[Any]]) -> Select[Any]:
        """The part's SELECT: its own columns where they were allotted, typed nothing in the rest."""
        own = dict(zip(self.slots, self.columns, strict=True))
        columns = [
            (own[name].column if name in own else cast(null(), kind)).label(name)
            for name, kind in slots.items()
        ]
        named = cast(literal(self.shape.__name__), Text).label(PART)
        query = select(named, *columns).where(*self._conditions)
        return query if self._rows is None else query.select_from(self._rows)


def _slot(kind: type, number: int) -> str:
    return f"{FAMILIES[kind][0]}_{number}"


def _fields_read(shape: type[Any], sources: Mapping[str, Source]) -> list[str]:
    """The fields that have columns. Raises UnfitPart where one has none and no rows to wait for."""
    every = fields(shape)
    names = [one.name for one in every]
    if differing := sorted(set(names) ^ set(sources)):
        raise UnfitPart(f"{shape.__name__}: fields and columns differ in {', '.join(differing)}")
    read = [name for name in names if sources[name] is not GATHERED]
    gathered = every[len(read) :]
    if names[: len(read)] != read or any(one.default is MISSING for one in gathered):
        raise UnfitPart(f"{shape.__name__}: gathered fields stand last and have a default")
    return read


def _fitted(shape: type[Any], name: str, source: Any) -> FieldColumn:
    """One field's column. Raises UnfitPart where its type or its marks are not the field's."""
    parse = source.parse if isinstance(source, ParsedColumn) else None
    given = source.column if isinstance(source, ParsedColumn) else source
    column: Any = getattr(given, "expression", given)
    kind = _stored_as(column.type)
    wanted = get_type_hints(shape)[name]
    if parse is not None:
        real = get_type_hints(parse).get("return")
    else:
        real = kind | None if getattr(column, "nullable", True) else kind
        _check_marks(shape, name, column)
    if real != wanted:
        raise UnfitPart(f"{shape.__name__}.{name}: {wanted}, but the column gives {real}")
    return FieldColumn(column, kind, parse)


def _stored_as(kind: TypeEngine[Any]) -> type:
    """The Python type of a column's values; a decorated type's is that of the type within."""
    within = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    return within.python_type


def _check_marks(shape: type[Any], name: str, column: Any) -> None:
    """Words of any length are people's, and a key of a party names somebody: the field must say so."""
    names_party = any(one.target_fullname == "party.id" for one in column.foreign_keys)
    if isinstance(column.type, Text) and name not in marked_fields(shape, Mark.PROSE):
        raise UnfitPart(f"{shape.__name__}.{name}: what people wrote is Prose")
    if names_party and name not in marked_fields(shape, Mark.PARTY):
        raise UnfitPart(f"{shape.__name__}.{name}: the key of a party is a PartyId")


class PartsQuery:
    """The one statement that reads parts of several shapes."""

    def __init__(self, parts: Iterable[PlanPart[Any]]) -> None:
        self._parts = {part.shape.__name__: part for part in parts}
        used = {name for part in self._parts.values() for name in part.slots}
        self.slots: Mapping[str, TypeEngine[Any]] = {
            name: kind
            for stored_as, (_, kind) in FAMILIES.items()
            for number in range(1, len(used) + 1)
            if (name := _slot(stored_as, number)) in used
        }
        branches = [part.branch(self.slots) for part in self._parts.values()]
        self._statement = PreparedStatement(union_all(*branches))
        self._makers: dict[str, dict[str, Maker]] = {}

    @property
    def shapes(self) -> tuple[type[Any], ...]:
        """The shapes that are read, each in its branch."""
        return tuple(part.shape for part in self._parts.values())

    def read(self, conn: Connection, given: Mapping[str, Any]) -> PlanParts:
        """Everything that the statement finds, by shape; a shape without rows is empty."""
        makers = self._makers_for(conn.dialect)
        rows: dict[str, list[Any]] = {name: [] for name in self._parts}
        for row in self._statement.rows(conn, given):
            rows[row[0]].append(makers[row[0]](row))
        return PlanParts({part.shape: tuple(rows[name]) for name, part in self._parts.items()})

    def _makers_for(self, dialect: Dialect) -> dict[str, Maker]:
        ready = self._makers.get(dialect.name)
        if ready is None:
            places = {name: number for number, name in enumerate(self.slots, start=1)}
            ready = {name: _maker(part, places, dialect) for name, part in self._parts.items()}
            self._makers[dialect.name] = ready
        return ready


def _maker(part: PlanPart[Any], places: Mapping[str, int], dialect: Dialect) -> Maker:
    """What makes a shape of a row as the driver gives it."""
    shape: Callable[..., Any] = part.shape
    readers = [
        (places[name], field.reader(dialect))
        for name, field in zip(part.slots, part.columns, strict=True)
    ]
    return lambda row: shape(
        *(row[place] if read is None else read(row[place]) for place, read in readers)
    )
