"""Tests that a registry is read as written, and every mistake in one refused with its place and remedy."""

from __future__ import annotations

import json
import logging
import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.workflow.installation.registry_town import BOTH, NABOVIK, PUBLIC, Town, entry, refusal
from workflow.registry_file import quote_text, read_entries, write_registry


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


@pytest.mark.parametrize("name", ['Fjord"vik', "Åfjord\\ø", "Guovdageaidnu 🏔", "a = [b] # c"])
def test_what_is_written_is_read_the_same(tmp_path: Path, name: str) -> None:
    odd = entry("9997", name, "x.no", base_url="http://x.no:81", telephone="76", public_key="")
    path = tmp_path / "municipalities.toml"
    path.write_text(write_registry((odd, NABOVIK)), encoding="utf-8")
    assert read_entries(path) == (odd, NABOVIK)


def test_text_is_quoted_as_toml_reads_it() -> None:
    text = "".join(map(chr, range(0x180))) + "\u2028🏔"
    assert tomllib.loads(f"a = {quote_text(text)}") == {"a": text}


def refused_file(town: Town, text: str | bytes) -> str:
    town.path.write_bytes(text if isinstance(text, bytes) else text.encode())
    said = refusal(town.load)
    assert str(town.path) in said
    return said


def test_a_missing_registry_is_refused(town: Town) -> None:
    town.path.unlink()
    said = refusal(town.load)
    assert "cannot be read" in said and "see that it is there" in said and str(town.path) in said


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (b"\xff", ["not text in UTF-8; save it as such"]),
        ("[[municipality", ["is not TOML", "correct it there"]),
        ("", ["municipality is missing: write a table [[municipality]] for each"]),
        ("municipality = []", ["municipality is missing: write a table"]),
        ("municipality = [1]", ["municipality 1 has the wrong form: write a table"]),
        ('[municipality]\ncode = "9999"', ["municipality has the wrong form: write a table"]),
        (BOTH + "\n[[town]]", ["town is no key of this table; write one of municipality, or"]),
    ],
)
def test_a_file_of_another_form_is_refused(
    town: Town, text: str | bytes, sentences: list[str]
) -> None:
    said = refused_file(town, text)
    assert all(sentence in said for sentence in sentences), said


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('name = "Nabovik"', 'nmae = "x"', "municipality 2 (9998), nmae is no key of this table"),
        ('name = "Nabovik"', 'nmae = "x"', "write one of code, name, hosts, base_url, telephone"),
        ('web = "secrets/9998/web"', 'wbe = "x"', "files.wbe is no key of this table; write one "),
        ('web = "secrets/9998/web"', 'wbe = "x"', "of owner, web, jobs, secret_key, identity_key"),
        ('code = "9998"', "", "municipality 2, code is missing: write its four digits"),
        ('name = "Nabovik"', "", "municipality 2 (9998), name is missing: write what people"),
        ('hosts = ["nabovik.example.no"]', "", "hosts is missing: list the names it answers to"),
        ('hosts = ["nabovik.example.no"]', "hosts = []", "hosts is missing: list the names"),
        ('hosts = ["nabovik.example.no"]', 'hosts = "a.no"', "hosts has the wrong form: list the"),
        ('hosts = ["nabovik.example.no"]', "hosts = [1]", "hosts has the wrong form: list the"),
        ('owner = "secrets/9998/owner"', "", "files.owner is missing: name the file that holds"),
        ('web = "secrets/9998/web"', "", "files.web is missing: name the file that holds"),
        ('jobs = "secrets/9998/jobs"', "", "files.jobs is missing: name the file that holds"),
        ('secret_key = "secrets/9998/secret_key"', "", "files.secret_key is missing: name the"),
        ('identity_key = "secrets/9998/identity_key"', "", "files.identity_key is missing: name"),
        ('web = "secrets/9998/web"', "web = 1", "files.web has the wrong form: name the file"),
        ('web = "secrets/9998/web"', 'web = ""', "files.web: must hold something, on one line"),
        ('name = "Nabovik"', 'name = " "', "name: must hold something, on one line"),
        ('name = "Nabovik"', 'name = "a\\nb"', "name: must hold something, on one line"),
        ('name = "Nabovik"', 'name = "x"\ntelephone = 76', "telephone has the wrong form: write"),
        ('name = "Nabovik"', 'name = "x"\ntelephone = " "', "telephone: must hold something"),
        ('code = "9998"', "code = 9998", "code has the wrong form: write its four digits"),
        ('code = "9998"', 'code = "999"', "code: '999' is no code: write its four digits"),
        ('code = "9998"', 'code = "99989"', "'99989' is no code"),
        ('code = "9998"', 'code = "٩٩٩٨"', "'٩٩٩٨' is no code"),
        ('code = "9998"', 'code = "9999"', "the code 9999 stands twice, at municipality 1 and at"),
        ('code = "9998"', 'code = "9999"', "give each municipality its own"),
        ('"nabovik.example.no"', '"a.no", "A.no"', "the host a.no stands twice, at 9998 and at"),
        ('"nabovik.example.no"', '"FJORDVIK.example.no."', "the host fjordvik.example.no stands"),
        ('"nabovik.example.no"', '"FJORDVIK.example.no."', "at 9999 and at 9998; a host leads to"),
        (PUBLIC["2"], PUBLIC["1"], "stands twice, at 9999 and at 9998; make each"),
        (PUBLIC["2"], "AAAA", "public_key: must be base64 of 64 bytes: make"),
        (PUBLIC["2"], "no base64!", "public_key: must be base64 of 64 bytes"),
        (f'public_key = "{PUBLIC["2"]}"', "", "public_key and files.private_key belong together"),
        ('private_key = "secrets/9998/private_key"', "", "give both, or neither"),
    ],
)
def test_a_mistake_is_refused_with_its_place_and_remedy(
    town: Town, before: str, after: str, sentence: str
) -> None:
    assert BOTH.count(before) == 1
    assert sentence in refused_file(town, BOTH.replace(before, after))


@pytest.mark.parametrize(
    "host",
    [
        "https://a.no",
        "a.no:80",
        "a.no/",
        "a b.no",
        "",
        ".",
        "a..no",
        "-a.no",
        "*.a.no",
        "å.no",
        "[::1]",
        "a_b.no",
        "a.no\n",
    ],
)
def test_a_host_is_a_bare_name(town: Town, host: str) -> None:
    text = BOTH.replace('"nabovik.example.no"', json.dumps(host))
    said = refused_file(town, text)
    assert "municipality 2 (9998), hosts:" in said
    assert "is no host: write the bare name, without https://, port, slash or blank" in said


@pytest.mark.parametrize(
    "address",
    [
        "https://other.example.no",
        "https://nabovik.example.no/",
        "https://nabovik.example.no/x",
        "nabovik.example.no",
        "ftp://nabovik.example.no",
        "https://a:b@nabovik.example.no",
        "https://nabovik.example.no:x",
        "https://nabovik.example.no?",
        "https://[nabovik.example.no",
    ],
)
def test_links_lead_to_one_of_its_hosts(town: Town, address: str) -> None:
    name = 'name = "Nabovik"'
    said = refused_file(town, BOTH.replace(name, f"{name}\nbase_url = {json.dumps(address)}"))
    assert "municipality 2 (9998): base_url must be one of its hosts" in said
    assert "as https://nabovik.example.no" in said


@pytest.mark.parametrize(
    ("before", "after", "places"),
    [
        ("secrets/9998/web", "secrets/9998/jobs", "at 9998 files.web and at 9998 files.jobs"),
        ("secrets/9998/web", "secrets/9999/web", "at 9999 files.web and at 9998 files.web"),
        ("secrets/9998/web", "./secrets/../secrets/9999/web", "at 9999 files.web and at 9998"),
        ("secrets/9998/web", "linked", "at 9999 files.web and at 9998 files.web"),
    ],
)
def test_each_secret_has_a_file_of_its_own(
    town: Town, before: str, after: str, places: str
) -> None:
    town.place("9999", "web")
    (town.path.parent / "linked").symlink_to(town.path.parent / "secrets/9999/web")
    said = refused_file(town, BOTH.replace(f'"{before}"', f'"{after}"'))
    assert places in said and "give each secret a file of its own" in said


def test_an_absolute_name_stands_as_it_is(town: Town) -> None:
    town.path.write_text(BOTH.replace("secrets/9998/web", "/run/secrets/web"), encoding="utf-8")
    assert town.load().by_code("9998").files["web"] == Path("/run/secrets/web")


def test_all_mistakes_are_told_at_once_and_counted(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="planlop.security")
    text = BOTH.replace('code = "9998"', 'code = "9"').replace('name = "Fjordvik"', "")
    said = refused_file(town, text)
    assert "municipality 1 (9999), name is missing" in said and "'9' is no code" in said
    assert [getattr(record, "ids", None) for record in caplog.records] == [{"count": 2}]


def test_the_form_refuses_plain_values_too() -> None:
    with pytest.raises(ValidationError, match="is no code"):
        entry("99", "Fjordvik", "fjordvik.example.no")
