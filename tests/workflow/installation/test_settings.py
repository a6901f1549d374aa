"""Tests that settings are read from the environment and refused where they are unsafe."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from workflow.settings import (
    DEVELOPMENT_SECRET,
    Settings,
    SettingsRefused,
    load_settings,
    variable_of,
)

RUNBOOK = Path(__file__).resolve().parents[3] / "docs" / "runbook.md"
STRICT = {
    "production": True,
    "base_url": "https://plan.example.invalid",
    "database_url": "postgresql+psycopg://planlop@db/planlop",
    "redis_url": "redis://planlop_web:word@redis:6379/0",
    "secret_key": "abcdefghijklmnopqrstuvwxyz-0123456789",
    "identity_key": "9876543210-zyxwvutsrqponmlkjihgfedcba",
}


def test_the_embedded_run_needs_no_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PLANLOP_HOME", str(tmp_path))
    monkeypatch.setenv("PORT", "8123")
    settings = Settings()
    assert settings.base_url == "http://localhost:8123"
    assert settings.database_url == f"sqlite:///{tmp_path}/planlop.sqlite"
    assert len(settings.redis_url) < 100


def test_a_relative_home_becomes_absolute() -> None:
    assert Settings(home=Path("data")).home == Path.cwd() / "data"


def test_strict_settings_are_accepted() -> None:
    assert Settings.model_validate(STRICT).production


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("debug", True, "PLANLOP_DEBUG must be off"),
        ("demo", True, "PLANLOP_DEMO must be off"),
        ("catch_mail", True, "PLANLOP_CATCH_MAIL must be off"),
        ("secret_key", DEVELOPMENT_SECRET, "PLANLOP_SECRET_KEY is missing, short or"),
        ("identity_key", "short", "PLANLOP_IDENTITY_KEY is missing, short or"),
        ("secret_key", "ab" * 30, "PLANLOP_SECRET_KEY is missing, short or"),
        ("identity_key", STRICT["secret_key"], "must differ"),
        ("database_url", "sqlite:///x", "must be a PostgreSQL database"),
        ("base_url", "http://plan.example.invalid", "must begin with https://"),
        ("limit_factor", 0, "PLANLOP_LIMIT_FACTOR may not be 0"),
        ("trusted_proxies", "10.0.0.1 0.0.0.0/0", "may not be the whole internet"),
        (
            "trusted_proxies",
            "proxy.example.invalid",
            "does not appear to be an IPv4 or IPv6 network",
        ),
        ("redis_url", "redis://redis:6379/0", "PLANLOP_REDIS_URL needs a user and a password"),
        (
            "redis_url",
            "rediss://planlop_web@redis",
            "PLANLOP_REDIS_URL needs a user and a password",
        ),
        ("security_contact", "ring meg", "should match pattern"),
    ],
)
def test_production_refuses(name: str, value: object, sentence: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(sentence)):
        Settings.model_validate({**STRICT, name: value})


def test_a_refusal_never_repeats_a_secret() -> None:
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({**STRICT, "secret_key": "a-weak-one"})
    assert "a-weak-one" not in str(refused.value)


def test_the_demo_sign_in_stays_on_loopback() -> None:
    with pytest.raises(ValidationError, match="loopback"):
        Settings(demo=True, host="0.0.0.0")


def test_a_secret_comes_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from a file\n")
    monkeypatch.setenv("PLANLOP_SECRET_KEY_FILE", str(tmp_path / "key"))
    assert Settings().secret_key.get_secret_value() == "from a file"


def test_a_secret_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PLANLOP_SECRET_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("PLANLOP_SECRET_KEY", "plain")
    with pytest.raises(SettingsRefused, match="keep one"):
        Settings()


def test_a_missing_secret_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PLANLOP_SECRET_KEY_FILE", str(tmp_path / "none"))
    with pytest.raises(SettingsRefused, match="cannot be read"):
        Settings()


def test_a_wrong_value_is_told_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "many")
    with pytest.raises(SettingsRefused, match=r"^PORT: .*integer"):
        load_settings()


def test_the_runbook_tells_of_every_setting() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.+?) \|", RUNBOOK.read_text(), re.MULTILINE)
    described = {variable_of(n): f.description for n, f in Settings.model_fields.items()}
    assert dict(rows) == described
