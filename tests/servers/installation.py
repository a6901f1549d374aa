"""An installation of several municipalities for tests: a database each, their roles, files and registry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, make_url

from tests.servers.databases import Backend, Database, copied
from workflow.acts.neighbours.keys import Keyring, make_private
from workflow.database_roles import roles_of
from workflow.record.database.migrate import upgrade
from workflow.registry_file import RegistryEntry, RegistryFiles, write_registry
from workflow.settings import Settings


@dataclass(frozen=True)
class Place:
    """One municipality: its code, where it answers, and the owner's own way to its database."""

    code: str
    host: str
    database: Database
    private_key: str

    @property
    def engine(self) -> Engine:
        """What the test's own hand writes with."""
        return self.database.engine


@dataclass(frozen=True)
class Installation:
    """The municipalities and the registry's file."""

    folder: Path
    places: dict[str, Place]

    @property
    def registry(self) -> Path:
        """The file that names them."""
        return self.folder / "municipalities.toml"

    def settings(self, **more: Any) -> Settings:
        """The settings of a process of it."""
        known = {"home": self.folder, "municipalities": str(self.registry), **more}
        return Settings(**known)

    def environment(self, **more: str) -> dict[str, str]:
        """The same as a child process is told them."""
        return {
            "PLANLOP_HOME": str(self.folder),
            "PLANLOP_MUNICIPALITIES": str(self.registry),
            **more,
        }


@contextmanager
def installed(backend: Backend, folder: Path, codes: Sequence[str]) -> Iterator[Installation]:
    """An installation of these municipalities, each in an empty database; gone after the block."""
    with ExitStack() as stack:
        places = {
            code: _place(stack.enter_context(copied(backend)), folder, code) for code in codes
        }
        installation = Installation(folder, places)
        entries = [_entry(place) for place in places.values()]
        installation.registry.write_text(write_registry(entries), encoding="utf-8")
        yield installation


def _place(database: Database, folder: Path, code: str) -> Place:
    """Its roles with their grants, and a file for each secret."""
    private = make_private()
    own = folder / code
    own.mkdir(parents=True)
    for kind, text in {**_addresses(database, code), **_keys(code, private)}.items():
        (own / kind).write_text(text, encoding="utf-8")
    return Place(code, f"k{code}.localhost", database, private)


def _addresses(database: Database, code: str) -> dict[str, str]:
    if not database.is_postgresql:
        return dict.fromkeys(("owner", "web", "jobs"), database.url)
    roles = roles_of(code)
    upgrade(database.url, roles)
    url = make_url(database.url)
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        for role in (roles.web, roles.jobs):
            connection.execute(f"ALTER ROLE {role} LOGIN".encode())
    by = {"owner": url.username, "web": roles.web, "jobs": roles.jobs}
    return {
        kind: url.set(username=user).render_as_string(hide_password=False)
        for kind, user in by.items()
    }


def _keys(code: str, private: str) -> dict[str, str]:
    return {
        "secret_key": f"secret-of-{code}-abcdefghijklmnopqrstuvwxyz",
        "identity_key": f"identity-of-{code}-abcdefghijklmnopqrstuvwxyz",
        "private_key": private,
    }


def _entry(place: Place) -> RegistryEntry:
    return RegistryEntry(
        code=place.code,
        name=f"Kommune {place.code}",
        hosts=(place.host,),
        base_url=f"http://{place.host}",
        telephone=f"76 00 {place.code[:2]} {place.code[2:]}",
        public_key=Keyring.from_text(place.private_key).public.text,
        files=RegistryFiles.place_in(place.code, private_key=True),
    )
