"""Tests that docker-compose.yml and the settings speak of the same things."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import pytest
import yaml
from sqlalchemy import make_url

from jobs.broker.users import JOBS, WEB
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
    "head_key": "q83vEjRWeJq83vEjRWeJq83vEjRWeJq83vEjRWeJq80=",
    "redis_url_web": "redis://planlop_web:word@redis:6379/0",
    "redis_url_jobs": "redis://planlop_jobs:word@redis:6379/0",
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
        files += [word for word in service.get("command", ()) if word.startswith("/run/secrets/")]
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


def test_each_service_rings_as_the_user_that_is_its_own(compose: dict[str, Any]) -> None:
    users = {"web": WEB, "worker": JOBS, "scheduler": JOBS, "migrate": WEB}
    for service, user in users.items():
        secret = Path(compose["services"][service]["environment"]["PLANLOP_REDIS_URL_FILE"]).name
        assert urlsplit(SECRETS[secret]).username == user
        others = {name for name in SECRETS if name.startswith("redis_url")} - {secret}
        assert not others & set(compose["services"][service]["secrets"])


@pytest.mark.parametrize("secret", ["smtp_password", "head_key"])
def test_nobody_but_the_worker_knows_what_mails_and_signs(
    compose: dict[str, Any], secret: str
) -> None:
    knows = {
        name
        for name, service in compose["services"].items()
        if secret in service.get("secrets", ())
        or f"PLANLOP_{secret.upper()}_FILE" in service.get("environment", {})
    }
    assert knows == {"worker"}


def test_each_service_is_on_the_networks_that_it_needs(compose: dict[str, Any]) -> None:
    expected = {
        "web": {"front", "record", "queue"},
        "worker": {"out", "record", "queue"},
        "scheduler": {"record", "queue"},
        "migrate": {"record"},
        "postgres": {"record"},
        "redis": {"queue"},
    }
    services = compose["services"]
    assert {name: set(service["networks"]) for name, service in services.items()} == expected
    within = {name for name, network in compose["networks"].items() if network.get("internal")}
    assert within == {"record", "queue"} and set(compose["networks"]) == within | {"front", "out"}


def test_no_port_is_open_beyond_this_machine(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", ())]
    assert ports and all(port.startswith("127.0.0.1:") for port in ports)


def test_no_secret_gets_into_the_image(compose: dict[str, Any]) -> None:
    left_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    files = {Path(secret["file"]).parts[0] for secret in compose["secrets"].values()}
    assert files == {"secrets"} and {*files, ".env"} <= set(left_out)


@pytest.mark.parametrize("service", OURS)
def test_the_environment_passes_the_strict_settings(
    compose: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    for variable, value in compose["services"][service]["environment"].items():
        if variable.endswith("_FILE"):
            secret = tmp_path / Path(value).name
            secret.write_text(SECRETS[secret.name] + "\n")
            monkeypatch.setenv(variable, str(secret))
        else:
            monkeypatch.setenv(variable, resolved(variable, value))
    settings = Settings()
    assert settings.production
    known = "word" if service == "worker" else ""
    assert settings.smtp_password.get_secret_value() == known


def resolved(variable: str, value: str) -> str:
    """What compose makes of ${NAME:-default} and ${NAME:?why}."""
    if not value.startswith("${"):
        return value
    return GIVEN[variable] if ":?" in value else value.split(":-", 1)[1].rstrip("}")
