"""Tests that docker-compose.yml and the settings speak of the same things."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from sqlalchemy import make_url

from tests.repo.tree import ROOT
from workflow.cli import gather
from workflow.database_roles import roles_of
from workflow.settings import BY_FILE, PREFIX, Settings, variable_of

OURS = ("web", "worker", "scheduler", "migrate")
GIVEN = {
    "PLANLOP_BASE_URL": "https://plan.example.invalid",
    "PLANLOP_SMTP_HOST": "mail",
    "PLANLOP_SMTP_SENDER": "plan@example.invalid",
    "PLANLOP_UNIT_TELEPHONE": "22 00 00 00",
}
SECRETS = {
    "database_url_owner": "postgresql+psycopg://planlop_owner:word@postgres/planlop",
    "database_url_web": "postgresql+psycopg://planlop_web:word@postgres/planlop",
    "database_url_jobs": "postgresql+psycopg://planlop_jobs:word@postgres/planlop",
    "secret_key": "abcdefghijklmnopqrstuvwxyz-0123456789",
    "identity_key": "9876543210-zyxwvutsrqponmlkjihgfedcba",
    "smtp_password": "word",
}


@pytest.fixture
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def known_variables() -> set[str]:
    plain = {variable_of(name) for name in Settings.model_fields}
    return plain | {f"{PREFIX}{name.upper()}_FILE" for name in BY_FILE}


def test_the_services_are_those_of_the_design(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {*OURS, "postgres", "redis"}


@pytest.mark.parametrize("service", OURS)
def test_every_variable_is_a_setting(compose: dict[str, Any], service: str) -> None:
    assert set(compose["services"][service]["environment"]) <= known_variables()


def test_every_command_exists(compose: dict[str, Any]) -> None:
    commands = gather(click.Group()).commands
    asked = [compose["services"][name].get("command") for name in OURS]
    assert {words[1] for words in asked if words} <= set(commands)


def test_every_secret_is_declared_and_mounted(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        files = [v for k, v in service.get("environment", {}).items() if k.endswith("_FILE")]
        named = {Path(path).name for path in files}
        assert named == set(service.get("secrets", ()))
        assert named <= set(compose["secrets"])


def test_each_service_connects_as_the_role_that_is_its_own(compose: dict[str, Any]) -> None:
    owner, web, jobs = roles_of("")
    roles = {"web": web, "worker": jobs, "scheduler": jobs, "migrate": owner}
    for service, role in roles.items():
        secret = Path(compose["services"][service]["environment"]["PLANLOP_DATABASE_URL_FILE"]).name
        assert make_url(SECRETS[secret]).username == role
        others = {name for name in SECRETS if name.startswith("database_url")} - {secret}
        assert not others & set(compose["services"][service]["secrets"])


def test_the_environment_passes_the_strict_settings(
    compose: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in compose["services"]["web"]["environment"].items():
        if variable.endswith("_FILE"):
            secret = tmp_path / Path(value).name
            secret.write_text(SECRETS[secret.name] + "\n")
            monkeypatch.setenv(variable, str(secret))
        else:
            monkeypatch.setenv(variable, resolved(variable, value))
    settings = Settings()
    assert settings.production
    assert settings.smtp_password.get_secret_value() == "word"


def resolved(variable: str, value: str) -> str:
    """What compose makes of ${NAME:-default} and ${NAME:?why}."""
    if not value.startswith("${"):
        return value
    return GIVEN[variable] if ":?" in value else value.split(":-", 1)[1].rstrip("}")
