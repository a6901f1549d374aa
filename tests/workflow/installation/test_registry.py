"""Tests that an installation finds its municipalities, their addresses and their keys."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workflow.installation.registry_town import (
    FJORDVIK,
    FOR_PROCESS,
    PRIVATE,
    PUBLIC,
    STRICT,
    Town,
    entry,
    refusal,
    usual_secret,
)
from workflow.registry import (
    Municipality,
    MunicipalityNotChosen,
    Role,
    UnknownMunicipality,
    choose_municipality,
    load_registry,
    pick_municipality,
    redis_prefix,
    refuse_wider,
    strip_host,
)
from workflow.registry_file import write_registry
from workflow.settings import DEVELOPMENT_SECRET, Settings


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


# One alone


def test_without_a_registry_the_settings_are_the_municipality() -> None:
    registry = load_registry(Settings.model_validate(STRICT))
    one = registry.only
    assert one is not None
    assert (one.code, one.name, one.hosts, one.public_key) == ("", "", (), "")
    assert one.base_url == STRICT["base_url"]
    assert one.secret_key() == STRICT["secret_key"]
    assert one.identity_key() == STRICT["identity_key"]
    assert one.private_key() == ""
    roles: tuple[Role, ...] = ("owner", "web", "jobs")
    assert {one.database_url(role) for role in roles} == {STRICT["database_url"]}
    assert one.role_names == ("planlop_owner", "planlop_web", "planlop_jobs")


def test_one_alone_answers_every_host_and_needs_no_choice() -> None:
    registry = load_registry(Settings.model_validate(STRICT))
    assert registry.by_host("whatever.example") is registry.by_host("") is registry.only
    assert pick_municipality(registry) is registry.by_code("") is registry.only
    with pytest.raises(UnknownMunicipality, match="has one alone and no registry, so name none"):
        registry.by_code("9999")


# As written


def test_a_registry_is_read_as_it_stands(town: Town) -> None:
    registry = town.load(unit_telephone="11 11 11 11")
    assert [one.code for one in registry.municipalities] == ["9999", "9998"]
    assert registry.only is None
    one = registry.by_code("9999")
    assert (one.name, one.hosts) == ("Fjordvik", ("fjordvik.example.no",))
    assert one.base_url == "https://fjordvik.example.no"
    assert one.telephone == "11 11 11 11"
    assert one.public_key == PUBLIC["1"]
    assert one.files["web"] == town.path.parent / "secrets/9999/web"
    assert one.role_names == ("planlop_9999_owner", "planlop_9999_web", "planlop_9999_jobs")
    assert hash(one) != hash(registry.by_code("9998"))


def test_one_entry_is_the_only_one_and_answers_its_own_hosts_alone(town: Town) -> None:
    town.path.write_text(write_registry((FJORDVIK,)), encoding="utf-8")
    registry = town.load()
    assert pick_municipality(registry) is registry.only is registry.by_code("9999")
    assert registry.by_host("nabovik.example.no") is None


def test_what_an_entry_says_for_itself_holds(town: Town) -> None:
    one = entry(
        "9999", "Fjordvik", "localhost", base_url="http://localhost:8000", telephone="76 00 00 00"
    )
    town.path.write_text(write_registry((one,)), encoding="utf-8")
    read = town.load().municipalities[0]
    assert (read.base_url, read.telephone) == ("http://localhost:8000", "76 00 00 00")
    assert (read.public_key, read.private_key()) == ("", "")


def test_a_relative_registry_is_seen_from_here(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(town.path.parent)
    settings = Settings(municipalities=town.path.name)
    assert load_registry(settings).by_code("9998").files["jobs"].is_absolute()


@pytest.mark.parametrize(
    "host",
    [
        "fjordvik.example.no",
        "FJORDVIK.Example.NO",
        "fjordvik.example.no:8000",
        "fjordvik.example.no.",
        "fjordvik.example.no.:443",
    ],
)
def test_hosts_are_known_however_they_are_written(town: Town, host: str) -> None:
    municipality = town.load().by_host(host)
    assert municipality is not None and municipality.code == "9999"


@pytest.mark.parametrize(
    "host",
    ["", ".", ":80", "example.no", "x.fjordvik.example.no", "[::1]:80", "fjordvik.example.no.."],
)
def test_other_hosts_are_nobodys(town: Town, host: str) -> None:
    assert town.load().by_host(host) is None


def test_a_host_is_compared_without_port_and_dot() -> None:
    assert strip_host(" A.No.:80 ") == "a.no"


def test_an_unknown_code_hears_which_there_are(town: Town) -> None:
    with pytest.raises(UnknownMunicipality, match="'1234': name one of 9999, 9998"):
        town.load().by_code("1234")


# Secrets


def test_secrets_are_read_when_asked_for_and_once(town: Town) -> None:
    one = town.load().by_code("9999")
    town.place_own("jobs")
    before = one.database_url("jobs"), one.secret_key(), one.identity_key(), one.private_key()
    assert before == (
        usual_secret("9999", "jobs"),
        usual_secret("9999", "secret_key"),
        usual_secret("9999", "identity_key"),
        PRIVATE,
    )
    for kind in FOR_PROCESS["jobs"]:
        one.files[kind].unlink()
    after = one.database_url("jobs"), one.secret_key(), one.identity_key(), one.private_key()
    assert after == before


def test_no_secret_stands_in_what_is_printed(town: Town) -> None:
    town.place_own("web")
    registry = town.load()
    secret = registry.by_code("9999").secret_key()
    assert secret not in repr(registry)


@pytest.mark.parametrize("make", ["nothing", "folder", "bytes"])
def test_a_file_that_cannot_be_read_is_refused_when_asked_for(town: Town, make: str) -> None:
    path = town.load().by_code("9999").files["web"]
    path.parent.mkdir(parents=True)
    if make == "folder":
        path.mkdir()
    elif make == "bytes":
        path.write_bytes(b"\xff\xfe")
    said = refusal(lambda: town.load().by_code("9999").database_url("web"))
    assert "9999, files.web names a file that cannot be read" in said
    assert str(path) in said and "this process may read it" in said


def test_an_empty_file_is_refused(town: Town) -> None:
    town.place("9999", "secret_key", " ")
    assert "is empty: write the secret into it" in refusal(town.load().by_code("9999").secret_key)


def test_a_bad_private_key_is_refused_without_being_repeated(town: Town) -> None:
    town.place("9999", "private_key", "bm90IGEga2V5")
    said = refusal(town.load().by_code("9999").private_key)
    assert "9999, files.private_key" in said and "make it anew" in said
    assert "bm90" not in said


def test_two_municipalities_never_share_a_database(town: Town) -> None:
    town.place("9999", "web", "postgresql+psycopg://a:b@db/planlop")
    town.place("9998", "web", "postgresql+psycopg://c:d@db/planlop")
    registry = town.load()
    registry.by_code("9999").database_url("web")
    said = refusal(lambda: registry.by_code("9998").database_url("web"))
    assert "leads to the database of 9999: give each municipality its own" in said


# Production


def test_a_good_registry_runs_in_production(town: Town) -> None:
    town.place_own("web")
    refuse_wider(town.load(production=True), "web")


@pytest.mark.parametrize(
    ("address", "more", "sentence"),
    [
        ("http://nabovik.example.no", {}, "9998, base_url must begin with https://"),
        (f"https://{'a' * 50}.{'b' * 50}.no", {"sms_url": "https://sms.invalid"}, "may have 100 c"),
    ],
)
def test_production_refuses_links(
    town: Town, address: str, more: dict[str, str], sentence: str
) -> None:
    host = address.partition("://")[2]
    one = entry("9998", "Nabovik", host, base_url=address)
    town.path.write_text(write_registry((FJORDVIK, one)), encoding="utf-8")
    said = refusal(lambda: town.load(production=True, **more))
    assert sentence in said and str(town.path) in said


def read_secret_key(one: Municipality) -> object:
    return one.secret_key()


def read_identity_key(one: Municipality) -> object:
    return one.identity_key()


def read_address(one: Municipality) -> object:
    return one.database_url("web")


@pytest.mark.parametrize(
    ("kind", "text", "read", "sentence"),
    [
        ("secret_key", "too-small", read_secret_key, "write 32 random characters or more"),
        ("identity_key", DEVELOPMENT_SECRET, read_identity_key, "or the development one: write"),
        ("identity_key", usual_secret("9999", "secret_key"), read_identity_key, "make each key"),
        ("web", "sqlite:///x", read_address, "must hold the address of a PostgreSQL database"),
    ],
)
def test_production_refuses_a_secret_when_it_is_read(
    town: Town, kind: str, text: str, read: Callable[[Municipality], object], sentence: str
) -> None:
    town.place_own("web")
    town.place("9999", kind, text)
    strict = town.load(production=True).by_code("9999")
    strict.secret_key() if kind != "secret_key" else None
    said = refusal(lambda: read(strict))
    assert f"9999, files.{kind}" in said and sentence in said
    assert text not in said.replace(str(strict.files[kind]), "")
    assert read(town.load().by_code("9999")) == text


@pytest.mark.parametrize("kind", ["secret_key", "identity_key"])
def test_production_refuses_the_neighbours_key(town: Town, kind: str) -> None:
    town.place_own("web")
    town.place("9998", kind, usual_secret("9999", kind))
    said = refusal(lambda: refuse_wider(town.load(production=True), "web"))
    assert f"9998, files.{kind}" in said
    assert f"holds the same key as 9999, files.{kind}: make each key anew" in said


# A command's choice, a key's beginning


def test_a_command_has_the_municipality_that_was_chosen(town: Town) -> None:
    registry = town.load()

    def ask() -> Municipality:
        choose_municipality("9998")
        return pick_municipality(registry)

    assert contextvars.copy_context().run(ask).code == "9998"
    with pytest.raises(MunicipalityNotChosen, match="name one of 9999, 9998, as planlop --mun"):
        pick_municipality(registry)


def test_an_unknown_choice_hears_which_there_are(town: Town) -> None:
    def ask() -> Municipality:
        choose_municipality("1")
        return pick_municipality(town.load())

    with pytest.raises(UnknownMunicipality, match="name one of 9999, 9998"):
        contextvars.copy_context().run(ask)


def test_keys_bear_the_code() -> None:
    assert (redis_prefix(""), redis_prefix("9999")) == ("", "9999:")
