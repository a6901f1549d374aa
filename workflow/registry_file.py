"""The TOML form of an installation's registry, checked and written; it names secrets' files, holds none.

Every process may read it whole, so a mistake in it is refused before anything is opened.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, NoReturn, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from workflow import security_log
from workflow.settings import ADDRESSES_OF_MAIL, SettingsRefused

VARIABLE = "PLANLOP_MUNICIPALITIES"
KEY_BYTES = 64  # 32 of Ed25519, which signs, then 32 of X25519, which encrypts
PRIVATE_BYTES = 32
CODE = re.compile(r"[0-9]{4}")
# Other alphabets arrive in the request as xn--.
HOST = re.compile(
    r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*"
)

REMEDIES: Mapping[str, str] = {
    "municipality": "write a table [[municipality]] for each",
    "code": 'write its four digits in quotation marks, as code = "9999"',
    "name": 'write what people call it, as name = "Fjordvik"',
    "hosts": 'list the names it answers to, as hosts = ["fjordvik.example.no"]',
    "files": "add a table [municipality.files] with owner, web, jobs, secret_key and identity_key",
    "owner": "name the file that holds the database address of its owner",
    "web": "name the file that holds the database address of its web processes",
    "jobs": "name the file that holds the database address of its workers",
    "secret_key": "name the file that holds the key of its cookies and links",
    "identity_key": "name the file that holds the key of its digests of national ids",
}


def check_code(given: str) -> str:
    """The code, if it is four digits; raises ValueError."""
    if not CODE.fullmatch(given):
        raise ValueError(f"{given!r} is no code: {REMEDIES['code']}")
    return given


def check_text(given: str) -> str:
    """The text without blanks around it, if something is left on one line; raises ValueError."""
    text = given.strip()
    if not text or not text.isprintable():
        raise ValueError("must hold something, on one line")
    return text


def check_host(given: str) -> str:
    """The host in lower case, if it is a bare name; raises ValueError."""
    host = given.lower().removesuffix(".")
    if not HOST.fullmatch(host):
        raise ValueError(
            f"{given!r} is no host: write the bare name, without https://, port, slash or blank "
            "(æ, ø and å in their xn-- form)"
        )
    return host


def check_some(given: tuple[Any, ...]) -> tuple[Any, ...]:
    """The list, if something stands in it; raises the same error as a list that is not there."""
    if not given:
        raise PydanticCustomError("missing", "is missing")
    return given


def check_public_key(given: str) -> str:
    """The text, if it is a public key or empty; raises ValueError."""
    if given:
        decode_key(given)
    return given


def decode_key(text: str, size: int = KEY_BYTES) -> bytes:
    """The bytes of a key; raises ValueError, which never repeats the text."""
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != size:
        raise ValueError(
            f"must be base64 of {size} bytes: make it anew by planlop crossing-key FILE"
        )
    return key


Text = Annotated[str, AfterValidator(check_text)]
Host = Annotated[str, AfterValidator(check_host)]


class RegistryFiles(BaseModel):
    """The files that hold a municipality's secrets: absolute, or seen from the registry's folder."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    owner: Text
    web: Text
    jobs: Text
    secret_key: Text
    identity_key: Text
    private_key: Text | None = None

    @classmethod
    def place_in(cls, folder: str, private_key: bool = True) -> Self:
        """The usual names, all in one folder; without `private_key` nothing crosses its border."""
        kinds = [kind for kind in cls.model_fields if private_key or kind != "private_key"]
        return cls(**{kind: f"{folder}/{kind}" for kind in kinds})


class RegistryEntry(BaseModel):
    """One municipality as the registry file has it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    code: Annotated[str, AfterValidator(check_code)]
    name: Text
    hosts: Annotated[tuple[Host, ...], AfterValidator(check_some)]
    base_url: str = ""
    telephone: str = ""
    heads_to: str = Field("", pattern=ADDRESSES_OF_MAIL)
    public_key: Annotated[str, AfterValidator(check_public_key)] = ""
    files: RegistryFiles

    @field_validator("telephone")
    @classmethod
    def _one_line(cls, given: str) -> str:
        return check_text(given) if given else given

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        for reason in find_contradictions(self):
            raise ValueError(reason)
        return self

    @property
    def address(self) -> str:
        """Where its links lead: its first host, unless it says otherwise."""
        return self.base_url or f"https://{self.hosts[0]}"


def find_contradictions(entry: RegistryEntry) -> Iterator[str]:
    """What in an entry does not fit the rest of it."""
    if not is_address_of(entry.address, entry.hosts):
        yield (
            "base_url must be one of its hosts, with https:// before it and at most a port after "
            f"it, as https://{entry.hosts[0]}"
        )
    if bool(entry.public_key) != bool(entry.files.private_key):
        yield "public_key and files.private_key belong together: give both, or neither"


def is_address_of(address: str, hosts: tuple[str, ...]) -> bool:
    """Whether an address names one of the hosts, with a scheme and perhaps a port, and no more."""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # a port that is no number
        return False
    plain = {f"{scheme}://{parts.hostname}{port}" for scheme in ("http", "https")}
    return parts.hostname in hosts and address.lower() in plain


class RegistryForm(BaseModel):
    """The whole file."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    municipality: Annotated[tuple[RegistryEntry, ...], AfterValidator(check_some)]


TABLES: Mapping[str, type[BaseModel]] = {"municipality": RegistryEntry, "files": RegistryFiles}


def read_entries(path: Path) -> tuple[RegistryEntry, ...]:
    """The file's entries in its own order; raises SettingsRefused with every reason at once."""
    given = read_toml(path)
    try:
        entries = RegistryForm.model_validate(given).municipality
    except ValidationError as problem:
        refuse_registry(*(f"{path}: {tell_error(one, given)}" for one in problem.errors()))
    twins = tuple(f"{path}: {reason}" for reason in find_all_twins(entries, path.parent))
    if twins:
        refuse_registry(*twins)
    return entries


def read_toml(path: Path) -> dict[str, Any]:
    """The file as TOML; raises SettingsRefused where it cannot be read or is something else."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        refuse_registry(f"names a file that cannot be read: {path}; see that it is there")
    except UnicodeDecodeError:
        refuse_registry(f"{path}: is not text in UTF-8; save it as such")
    except tomllib.TOMLDecodeError as problem:
        refuse_registry(f"{path}: is not TOML: {problem}; correct it there")


def refuse_registry(*reasons: str, variable: str = VARIABLE) -> NoReturn:
    """Raises SettingsRefused with the variable and all reasons; counts them in the security log."""
    security_log.note("settings_refused", count=len(reasons))
    raise SettingsRefused(f"{variable}: {'; '.join(reasons)}")


def tell_error(error: ErrorDetails, given: Mapping[str, Any]) -> str:
    """One of pydantic's reasons as a sentence: where, what, and what to do."""
    names = [part for part in error["loc"] if isinstance(part, str)]
    place = name_place(error["loc"], given)
    match error["type"]:
        case "extra_forbidden":
            allowed = ", ".join(allow_keys(names))
            return f"{place} is no key of this table; write one of {allowed}, or take it out"
        case "missing":
            return f"{place} is missing: {REMEDIES[names[-1]]}"
        case "value_error":
            return f"{place}: {error['msg'].removeprefix('Value error, ')}"
    remedy = REMEDIES.get(names[-1], "write text in quotation marks")
    return f"{place} has the wrong form: {remedy}"


def allow_keys(names: list[str]) -> Iterable[str]:
    """The keys that the table may have in which the last of the names stands."""
    table = TABLES[names[-2]] if len(names) > 1 else RegistryForm
    return table.model_fields


def name_place(loc: tuple[int | str, ...], given: Mapping[str, Any]) -> str:
    """Where in the file: the municipality by number and code, then the key."""
    if len(loc) < 2 or not isinstance(loc[1], int):
        return ".".join(map(str, loc))
    entry = given["municipality"][loc[1]]
    code = entry.get("code") if isinstance(entry, Mapping) else None
    where = f"municipality {loc[1] + 1}" + (f" ({code})" if isinstance(code, str) else "")
    key = ".".join(part for part in loc[2:] if isinstance(part, str))
    return f"{where}, {key}" if key else where


def find_all_twins(entries: tuple[RegistryEntry, ...], folder: Path) -> Iterator[str]:
    """What two entries, or two roles of one, may not share."""
    codes = ((entry.code, f"municipality {at}") for at, entry in enumerate(entries, 1))
    hosts = ((host, entry.code) for entry in entries for host in entry.hosts)
    keys = ((entry.public_key, entry.code) for entry in entries if entry.public_key)
    files = (
        # By where a link leads: one secret under two names is still one secret.
        (os.path.realpath(folder / name), f"{entry.code} files.{kind}")
        for entry in entries
        for kind, name in entry.files.model_dump(exclude_none=True).items()
    )
    yield from find_twins("the code", codes, "give each municipality its own")
    yield from find_twins("the host", hosts, "a host leads to one municipality: take one out")
    yield from find_twins("the public_key", keys, "make each municipality its own")
    yield from find_twins("the file", files, "give each secret a file of its own")


def find_twins(what: str, places: Iterable[tuple[str, str]], remedy: str) -> Iterator[str]:
    """A sentence for each value that stands in a second place."""
    first: dict[str, str] = {}
    for value, place in places:
        if value in first:
            yield f"{what} {value} stands twice, at {first[value]} and at {place}; {remedy}"
        first.setdefault(value, place)


def write_registry(entries: Iterable[RegistryEntry]) -> str:
    """The text of a registry file, which read_entries reads as the same entries."""
    return "\n".join(map(write_entry, entries))


def write_entry(entry: RegistryEntry) -> str:
    """One municipality's two tables."""
    values = entry.model_dump(exclude_defaults=True)
    files = values.pop("files")
    lines = ["[[municipality]]", *write_pairs(values), "[municipality.files]", *write_pairs(files)]
    return "\n".join(lines) + "\n"


def write_pairs(values: Mapping[str, str | tuple[str, ...]]) -> Iterator[str]:
    """A line for each key."""
    for key, value in values.items():
        if isinstance(value, str):
            yield f"{key} = {quote_text(value)}"
        else:
            yield f"{key} = [{', '.join(map(quote_text, value))}]"


def quote_text(text: str) -> str:
    """A TOML basic string: JSON's, but TOML knows no surrogates and takes no bare DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
