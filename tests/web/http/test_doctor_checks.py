"""What `planlop doctor` says of the providers that people sign in with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.servers.forged_oidc import forged_provider
from web.app.doctor_checks import providers
from workflow.settings import Settings


def settings_with(home: Path, **issuers: str) -> Settings:
    """Settings that name a provider for each issuer."""
    doors: dict[str, Any] = {
        name: {
            "label": "Prøven",
            "issuer": issuer,
            "client_id": "planlop",
            "client_secret": "x" * 40,
            "levels": {"h": "high"},
            "required": "high",
            "claims": {"national_id": "pid"},
        }
        for name, issuer in issuers.items()
    }
    return Settings(home=home, oidc=doors, oidc_timeout=5.0)


def test_nobody_is_asked_where_no_provider_is_named(tmp_path: Path) -> None:
    assert providers(settings_with(tmp_path)) == ("sign-in providers", True, "none named")


def test_a_provider_that_is_away_or_another_is_wrong_and_named(tmp_path: Path) -> None:
    with forged_provider() as liar:
        liar.honest()
        assert providers(settings_with(tmp_path, good=liar.address)) == (
            "sign-in providers",
            True,
            "good answers",
        )
        _, fine, told = providers(
            settings_with(
                tmp_path, good=liar.address, gone="http://127.0.0.1:1", other=f"{liar.address}/"
            )
        )
    assert not fine and "good answers" in told
    assert "gone is away" in told and "other_issuer" in told
