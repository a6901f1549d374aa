"""The municipalities of an installation, each with its own hosts, database addresses and keys.

One alone needs no registry: it stands on the settings. Many are read from the file that
PLANLOP_MUNICIPALITIES names, and each process can read the files of its own role only.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, Literal
from urllib.parse import parse_qs, unquote

from pydantic import SecretStr

from workflow.database_roles import Roles, roles_of
from workflow.registry_file import (
    PRIVATE_BYTES,
    VARIABLE,
    RegistryEntry,
    decode_key,
    read_entries,
    refuse_registry,
)
from workflow.settings import (
    LONGEST_ADDRESS,
    Settings,
    SettingsRefused,
    is_weak,
    read_secret,
    variable_of,
)

Role = Literal["owner", "web", "jobs"]
ADDRESSES: tuple[Role, ...] = ("web", "jobs", "owner")  # from the narrowest to the widest
IN_WORDS: Mapping[str, str] = {"web": "the web", "jobs": "the worker", "owner": "the owner"}
KEYS = ("secret_key", "identity_key")
OWN_FILES: Mapping[Role, tuple[str, ...]] = {
    "web": ("web", *KEYS),
    "jobs": ("jobs", *KEYS, "private_key"),
    "owner": ("owner",),
}
# SQLAlchemy's own reading of an address: a password may hold slashes and question marks.
ADDRESS = re.compile(r"[\w+]+://(?:(?P<user>[^:/@]*)(?::[^@]*)?@)?(?P<place>.*)", re.DOTALL)
ROLE_NAME = re.compile(r"planlop_(?:(?P<code>[0-9]{4})_)?(?P<role>owner|web|jobs)")
CHOSEN: ContextVar[str] = ContextVar("CHOSEN", default="")


class UnknownMunicipality(LookupError):
    """No municipality of the installation has this code; the message names those that there are."""


class MunicipalityNotChosen(LookupError):
    """There are many municipalities and a command was told none; the message says how to."""


class RegistryFileRefused(SettingsRefused):
    """A file that the registry names cannot be read, or holds what may not be used."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{VARIABLE}: {reason}")
        self.reason = reason


class SecretStore:
    """Reads each secret once and refuses what no municipality may run with; threads may share it.

    It serves all municipalities, since what two of them share can only be seen from both.
    """

    def __init__(self, production: bool, texts: Mapping[tuple[str, str], str] | None = None):
        self.production = production
        self._texts = dict(texts or {})
        self._lock = Lock()

    def read(self, code: str, kind: str, path: Path | None) -> str:
        """The text of that kind; raises SettingsRefused where it cannot be had or may not be used."""
        with self._lock:
            # Compared and kept under one lock: two threads could each read a twin as the first one.
            if (code, kind) not in self._texts:
                assert path is not None, kind
                text = self._read_file(code, kind, path)
                for reason in self._find_reasons(kind, text):
                    raise RegistryFileRefused(f"{code}, files.{kind}: {path} {reason}")
                self._texts[code, kind] = text
            return self._texts[code, kind]

    def _read_file(self, code: str, kind: str, path: Path) -> str:
        try:
            return read_secret(kind, str(path))
        except SettingsRefused as problem:
            raise RegistryFileRefused(
                f"{code}, files.{kind} names a file that cannot be read: {path}; "
                "see that it is there and that this process may read it"
            ) from problem

    def _find_reasons(self, kind: str, text: str) -> Iterator[str]:
        if not text.strip():
            yield "is empty: write the secret into it"
        elif kind in ADDRESSES:
            yield from self._find_wrong_address(kind, text)
        elif kind in KEYS and self.production:
            yield from self._find_weakness(text)

    def _find_wrong_address(self, kind: str, text: str) -> Iterator[str]:
        if self.production and not text.startswith("postgresql"):
            yield "must hold the address of a PostgreSQL database: postgresql+psycopg://…"
        for (other, role), address in self._texts.items():
            if role == kind and find_place(address) == find_place(text):
                yield f"leads to the database of {other}: give each municipality its own"

    def _find_weakness(self, text: str) -> Iterator[str]:
        if is_weak(text):
            yield "holds a short key or the development one: write 32 random characters or more"
        for (other, name), key in self._texts.items():
            if name in KEYS and key.strip() == text.strip():
                yield f"holds the same key as {other}, files.{name}: make each key anew"


@dataclass(frozen=True)
class Municipality:
    """One municipality; secrets are read when asked for, and a new one needs a new start.

    Its code and name are "" where it is alone and stands on the settings.
    """

    code: str
    name: str
    hosts: tuple[str, ...]
    base_url: str
    telephone: str
    heads_to: str
    public_key: str
    files: Mapping[str, Path] = field(hash=False)
    store: SecretStore = field(repr=False, compare=False)

    @property
    def role_names(self) -> Roles:
        """The names of its roles in PostgreSQL."""
        return roles_of(self.code)

    def database_url(self, role: Role) -> str:
        """The address of its database for one role; raises SettingsRefused."""
        return self.read_text(role)

    def secret_key(self) -> str:
        """What signs its cookies and one-time links; raises SettingsRefused."""
        return self.read_text("secret_key")

    def identity_key(self) -> str:
        """The key of its digests of national ids; raises SettingsRefused."""
        return self.read_text("identity_key")

    def private_key(self) -> str:
        """The text of what signs and opens what crosses its border; raises SettingsRefused.

        Empty where nothing can cross.
        """
        if "private_key" not in self.files:
            return ""
        text = self.read_text("private_key")
        try:
            for line in text.split() or [""]:  # older ones below the one in use
                decode_key(line, PRIVATE_BYTES)
        except ValueError as problem:
            path = self.files["private_key"]
            raise RegistryFileRefused(f"{self.code}, files.private_key: {path} {problem}") from None
        return text

    def read_text(self, kind: str) -> str:
        """One of its secrets by the name of its file; raises SettingsRefused."""
        return self.store.read(self.code, kind, self.files.get(kind))


@dataclass(frozen=True)
class Registry:
    """The municipalities of an installation, in the order of its file."""

    municipalities: tuple[Municipality, ...]
    production: bool = False

    @property
    def only(self) -> Municipality | None:
        """The one there is; None where there are many."""
        return self.municipalities[0] if len(self.municipalities) == 1 else None

    def by_code(self, code: str) -> Municipality:
        """The municipality with that code; raises UnknownMunicipality."""
        municipality = self._codes.get(code)
        if municipality is None:
            raise UnknownMunicipality(f"there is no municipality {code!r}: {self.tell_codes()}")
        return municipality

    def by_host(self, host: str) -> Municipality | None:
        """The municipality that answers to a Host header; one that stands on the settings always does."""
        if "" in self._codes:
            return self._codes[""]
        return self._hosts.get(strip_host(host))

    def tell_codes(self) -> str:
        """Which codes may be named, in words."""
        if "" in self._codes:
            return "this installation has one alone and no registry, so name none"
        return f"name one of {', '.join(self._codes)}"

    @cached_property
    def _codes(self) -> Mapping[str, Municipality]:
        return {one.code: one for one in self.municipalities}

    @cached_property
    def _hosts(self) -> Mapping[str, Municipality]:
        return {host: one for one in self.municipalities for host in one.hosts}


def load_registry(settings: Settings) -> Registry:
    """The installation's municipalities; raises SettingsRefused where their file may not be used."""
    if not settings.municipalities:
        return Registry((build_lone_municipality(settings),), settings.production)
    path = Path(settings.municipalities).absolute()
    entries = read_entries(path)
    reasons = tuple(f"{path}: {reason}" for reason in find_unsafe_addresses(settings, entries))
    if reasons:
        refuse_registry(*reasons)
    store = SecretStore(settings.production)
    municipalities = tuple(build_municipality(one, path.parent, settings, store) for one in entries)
    return Registry(municipalities, settings.production)


def build_lone_municipality(settings: Settings) -> Municipality:
    """The one municipality of an installation without a registry, whose secrets are the settings'."""
    texts = {("", role): settings.database_url for role in ADDRESSES} | {
        ("", "secret_key"): settings.secret_key.get_secret_value(),
        ("", "identity_key"): settings.identity_key.get_secret_value(),
    }
    store = SecretStore(settings.production, texts)
    return Municipality("", "", (), settings.base_url, settings.unit_telephone, "", "", {}, store)


def build_municipality(
    entry: RegistryEntry, folder: Path, settings: Settings, store: SecretStore
) -> Municipality:
    """A municipality of the registry; the installation's telephone stands in where it has none."""
    names = entry.files.model_dump(exclude_none=True)
    return Municipality(
        code=entry.code,
        name=entry.name,
        hosts=entry.hosts,
        base_url=entry.address,
        telephone=entry.telephone or settings.unit_telephone,
        heads_to=entry.heads_to or settings.heads_to,
        public_key=entry.public_key,
        files={kind: folder / name for kind, name in names.items()},
        store=store,
    )


def own_settings(settings: Settings, municipality: Municipality, role: Role) -> Settings:
    """The settings with the municipality's own name, address, database, keys and telephone.

    Raises SettingsRefused where a file of it cannot be read.
    """
    if not municipality.code:
        return settings
    own: dict[str, Any] = {
        "base_url": municipality.base_url,
        "unit_name": f"{settings.unit_name}, {municipality.name}",
        "unit_telephone": municipality.telephone,
        "heads_to": municipality.heads_to,
        "database_url": municipality.database_url(role),
    }
    if role != "owner":
        own["secret_key"] = SecretStr(municipality.secret_key())
        own["identity_key"] = SecretStr(municipality.identity_key())
    return settings.model_copy(update=own)


def find_unsafe_addresses(settings: Settings, entries: tuple[RegistryEntry, ...]) -> Iterator[str]:
    """Which links may not be sent in production, and what to write instead."""
    for entry in entries if settings.production else ():
        if not entry.address.startswith("https://"):
            yield f"{entry.code}, base_url must begin with https://"
        if settings.sms_url and len(entry.address) > LONGEST_ADDRESS:
            yield (
                f"{entry.code}, base_url may have {LONGEST_ADDRESS} characters where text "
                "messages go out: choose a shorter host"
            )


def refuse_wider(registry: Registry, process: Role) -> None:
    """Refuses in production a process that reaches further than its own role. Raises SettingsRefused.

    All its files are read: what is wrong in them stops the start and not somebody's request.
    """
    reasons = [
        reason
        for one in (registry.municipalities if registry.production else ())
        for reason in (
            *find_open_files(one, process),
            *find_unusable_files(one, process),
            *find_wide_users(one, process),
        )
    ]
    if reasons:
        alone = variable_of("database_url") if "" in registry._codes else VARIABLE
        refuse_registry(*reasons, variable=alone)


def find_open_files(municipality: Municipality, process: Role) -> Iterator[str]:
    """The files of other roles that this process can read."""
    for kind, path in municipality.files.items():
        if kind not in OWN_FILES[process] and is_readable(path):
            what = f"{IN_WORDS[kind]}'s file" if kind in ADDRESSES else f"the {kind}"
            yield (
                f"{IN_WORDS[process]} can read {what} of {municipality.code} ({path}): "
                "give each process its own files only"
            )


def is_readable(path: Path) -> bool:
    """Whether this process could read the file; as the user it acts as, where the system can say."""
    return os.access(path, os.R_OK, effective_ids=os.access in os.supports_effective_ids)


def find_unusable_files(municipality: Municipality, process: Role) -> Iterator[str]:
    """What is wrong with the process's own files."""
    for kind in OWN_FILES[process]:
        try:
            if kind == "private_key":
                municipality.private_key()
            else:
                municipality.read_text(kind)
        except RegistryFileRefused as problem:
            yield problem.reason


def find_wide_users(municipality: Municipality, process: Role) -> Iterator[str]:
    """Users in the process's database address that are a wider role, or a neighbour's."""
    try:
        address = municipality.database_url(process)
    except RegistryFileRefused:
        return  # find_unusable_files tells it
    for user in sorted(find_users(address)):
        role = ROLE_NAME.fullmatch(user)
        if role and reaches_further(municipality.code, process, role):
            own = getattr(municipality.role_names, process)
            yield f"{IN_WORDS[process]} connects as {user}: write an address of {own} for it"


def reaches_further(code: str, process: Role, role: re.Match[str]) -> bool:
    """Whether a role is wider than the process's own, or belongs to another municipality."""
    width: list[str] = [*ADDRESSES]
    wider = width.index(role["role"]) > width.index(process)
    return wider or bool(code and role["code"] and role["code"] != code)


def find_users(address: str) -> set[str]:
    """The users that an address names; the one after the question mark would win."""
    parts = ADDRESS.fullmatch(address)
    if parts is None:
        return set()
    query = parse_qs(parts["place"].partition("?")[2])
    return {unquote(user) for user in (parts["user"], *query.get("user", ())) if user}


def find_place(address: str) -> str:
    """An address without user and password: which database it leads to."""
    parts = ADDRESS.fullmatch(address)
    return parts["place"] if parts else address


def strip_host(host: str) -> str:
    """A Host header's name alone: in lower case, without port and without the root's dot."""
    return host.strip().lower().partition(":")[0].removesuffix(".")


def choose_municipality(code: str) -> None:
    """Remembers which municipality this command is about; a thread started later does not know."""
    CHOSEN.set(code)


def pick_municipality(registry: Registry) -> Municipality:
    """The municipality that was chosen, else the only one.

    Raises UnknownMunicipality, or MunicipalityNotChosen where there are many.
    """
    code = CHOSEN.get()
    if code:
        return registry.by_code(code)
    if registry.only is None:
        raise MunicipalityNotChosen(
            f"{registry.tell_codes()}, as planlop --municipality {registry.municipalities[0].code} …"
        )
    return registry.only


def redis_prefix(code: str) -> str:
    """What a municipality's keys in Redis begin with; nothing where it is alone."""
    return f"{code}:" if code else ""
