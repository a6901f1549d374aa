"""The declarative base and the column types every table shares, so that an instant or a key is alike everywhere."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import DateTime, ForeignKey, MetaData, String, Text
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator
from uuid_utils import uuid7


class NaiveTime(ValueError):
    """A time without a zone reached the record; every instant must be aware."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored and returned in UTC on both databases.

    Raises NaiveTime for a datetime without a zone.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveTime(value.isoformat())
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant: datetime = value
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def new_id() -> str:
    """A fresh UUIDv7: sortable by creation, safe to show in an address."""
    return str(uuid7())


def new_salt() -> str:
    """A fresh salt, so that equal words do not have equal digests."""
    return secrets.token_hex(16)


# Byte by byte on PostgreSQL as on SQLite: a sweep finds its own notices as a range of keys, and
# a language's order would tear that range apart.
KEY = String(36).with_variant(postgresql.VARCHAR(36, collation="C"), "postgresql")
CODE = String(40)

Key = Annotated[str, mapped_column(KEY)]
OptionalKey = Annotated[str | None, mapped_column(KEY)]
PrimaryKey = Annotated[str, mapped_column(KEY, primary_key=True, default=new_id)]
PlanKey = Annotated[str, mapped_column(KEY, ForeignKey("plan.id"))]
PartyKey = Annotated[str, mapped_column(KEY, ForeignKey("party.id"))]
OptionalParty = Annotated[str | None, mapped_column(KEY, ForeignKey("party.id"))]
OptionalUnit = Annotated[str | None, mapped_column(KEY, ForeignKey("unit.id"))]
Instant = Annotated[datetime, mapped_column(UtcDateTime())]
OptionalInstant = Annotated[datetime | None, mapped_column(UtcDateTime())]
Code = Annotated[str, mapped_column(CODE, default="")]
Words = Annotated[str, mapped_column(Text, default="")]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Base(DeclarativeBase):
    """The one declarative base; Flask-SQLAlchemy in web adopts it."""

    metadata = MetaData(naming_convention=NAMING)


class WithSalt:
    """A row whose digest stands in a chain: what it is salted with lies with it and goes with it."""

    salt: Mapped[str] = mapped_column(String(32), default=new_salt, sort_order=1000)
