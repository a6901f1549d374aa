"""The settings of sign-in by OpenID Connect: what they mean, and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from workflow.identity_providers import Provider
from workflow.settings import Settings, SettingsRefused, load_settings

RUNBOOK = Path(__file__).resolve().parents[3] / "docs" / "runbook.md"
GOOD: dict[str, Any] = {
    "label": {"nb": "Kommunens innlogging", "en": "The municipality"},
    "issuer": "https://idp.example.no",
    "client_id": "planlop",
    "client_secret": "not-a-secret",
    "claims": {"national_id": "pid"},
    "levels": {"a": "substantial", "b": "high"},
    "required": "high",
    "who": "person",
}


def provider(**changed: Any) -> Provider:
    """A provider with some settings changed."""
    return Settings(oidc={"idp": {**GOOD, **changed}}).oidc["idp"]


def test_the_setting_is_json_in_the_environment_or_in_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "oidc").write_text(json.dumps({"idp": GOOD}))
    monkeypatch.setenv("PLANLOP_OIDC_FILE", str(tmp_path / "oidc"))
    assert load_settings().oidc["idp"].issuer == "https://idp.example.no"
    monkeypatch.delenv("PLANLOP_OIDC_FILE")
    monkeypatch.setenv("PLANLOP_OIDC", json.dumps({"idp": GOOD}))
    idp = load_settings().oidc["idp"]
    assert idp.name == "idp" and idp.secret == "not-a-secret"
    assert "not-a-secret" not in repr(idp)


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the file\n")
    idp = provider(client_secret="", client_secret_file=str(tmp_path / "secret"))
    assert idp.secret == "from the file" and not idp.private_key


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"client_secret": ""}, "needs one of client_secret"),
        ({"private_key_file": "key.pem"}, "needs one of client_secret"),
        ({"scopes": "profile"}, "scopes must hold openid"),
        ({"label": ""}, "label has no words"),
        ({"algorithms": ["HS256"]}, "asymmetric"),
        ({"algorithms": ["RS256", "none"]}, "asymmetric"),
        ({"algorithms": []}, "asymmetric"),
        ({"levels": {"a": "low"}}, "names no level"),
        ({"by_email": True}, "for staff alone"),
        ({"by_email": True, "who": "both"}, "for staff alone"),
        ({"roles": ["x"]}, "roles needs the claim's name"),
        ({"organisations": {"999999999": "0001"}}, "organisations needs the claim's name"),
        ({"claims": {}}, "a way to know people"),
        ({"municipality": "12"}, "municipality"),
        ({"who": "everybody"}, "who"),
        ({"levles": {}}, "levles"),
        ({"leeway": 3600}, "leeway"),
    ],
)
def test_settings_that_contradict_themselves_are_refused(
    changed: dict[str, Any], reason: str
) -> None:
    with pytest.raises((ValueError, SettingsRefused), match=reason):
        provider(**changed)


@pytest.mark.parametrize("given", ["[]", '"x"', "{", '{"Bad Name": {}}', '{"a/b": {}}'])
def test_what_is_no_list_of_providers_is_refused(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("PLANLOP_OIDC", given)
    with pytest.raises(SettingsRefused, match="PLANLOP_OIDC") as refused:
        load_settings()
    assert "SECOND_FACTOR" not in str(refused.value), "a default that waits is nobody's mistake"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"issuer": "http://idp.example.no"}, "https"),
        ({"discovery": "http://idp.example.no/.well-known"}, "https"),
        ({"required": ""}, "persons need"),
        ({"required": "low", "levels": {"a": "low"}}, "persons need"),
    ],
)
def test_production_is_strict(changed: dict[str, Any], reason: str) -> None:
    strict: dict[str, Any] = {
        "production": True,
        "secret_key": "k3Jx9PqLw2VbN7sTzR5mYc8DfH1gA6uE0oQ4",
        "identity_key": "Z8vB2nM5kL1qW7eR4tY9uI3oP6aS0dF",
        "redis_url": "redis://planlop_web:word@broker",
        "database_url": "postgresql+psycopg://planlop@db/planlop",
        "base_url": "https://plan.example.no",
    }
    with pytest.raises(ValueError, match=reason):
        Settings(**strict, oidc={"idp": {**GOOD, **changed}})


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("a", "substantial"),
        ("b", "high"),
        ("c", ""),
        (None, ""),
        (["a", "b", "c"], "high"),
        ([], ""),
    ],
)
def test_what_the_provider_says_has_a_level(said: object, level: str) -> None:
    idp = provider()
    assert idp.level_of(said) == level
    assert idp.is_sure_enough(idp.level_of(said)) == (level == "high")


def test_the_label_is_in_the_readers_language() -> None:
    assert provider().label_in("en") == "The municipality"
    assert provider().label_in("nn") == "Kommunens innlogging"
    assert provider(label="ID-porten").label_in("en") == "ID-porten"


def test_the_runbooks_examples_are_good_settings(tmp_path: Path) -> None:
    """Each example is read as it stands; secrets stand in files that are not there yet."""
    text = RUNBOOK.read_text(encoding="utf-8")
    section = text.partition("## Sign-in by OpenID Connect")[2].partition("\n## ")[0]
    examples = [part.partition("```")[0] for part in section.split("```json\n")[1:]]
    assert len(examples) == 4
    providers = {name: one for text in examples for name, one in json.loads(text).items()}
    read = Settings(oidc=providers).oidc
    assert {*read} == {"idporten", "helseid", "entra", "keycloak"}
    assert all(one.issuer.startswith("https://") for one in read.values())
    assert read["idporten"].who == "person" and read["helseid"].pushed
