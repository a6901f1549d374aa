"""A folder with a registry of two municipalities and the files of their secrets, for tests to spoil."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workflow.registry import Registry, Role, load_registry
from workflow.registry_file import RegistryEntry, RegistryFiles, write_registry
from workflow.settings import Settings, SettingsRefused

PUBLIC = {code: base64.b64encode(bytes([at]) * 64).decode() for at, code in enumerate("12", 1)}
PRIVATE = base64.b64encode(bytes(range(32))).decode()
STRICT: dict[str, Any] = {
    "production": True,
    "base_url": "https://plan.example.invalid",
    "database_url": "postgresql+psycopg://planlop_web@db/planlop",
    "redis_url": "redis://planlop_web:word@redis:6379/0",
    "secret_key": "abcdefghijklmnopqrstuvwxyz-0123456789",
    "identity_key": "9876543210-zyxwvutsrqponmlkjihgfedcba",
}


def entry(code: str, name: str, host: str, **more: Any) -> RegistryEntry:
    files = RegistryFiles.place_in(f"secrets/{code}", private_key=bool(more.get("public_key")))
    return RegistryEntry(code=code, name=name, hosts=(host,), **{"files": files, **more})


FJORDVIK = entry("9999", "Fjordvik", "fjordvik.example.no", public_key=PUBLIC["1"])
NABOVIK = entry("9998", "Nabovik", "nabovik.example.no", public_key=PUBLIC["2"])
BOTH = write_registry((FJORDVIK, NABOVIK))
FOR_PROCESS: dict[Role, set[str]] = {
    "web": {"web", "secret_key", "identity_key"},
    "jobs": {"jobs", "secret_key", "identity_key", "private_key"},
    "owner": {"owner"},
}


def usual_secret(code: str, kind: str) -> str:
    """What stands in a file when all is well."""
    if kind == "private_key":
        return PRIVATE
    if kind.endswith("_key"):
        return f"{kind}-of-{code}-abcdefghijklmnopqrstuvwxyz"
    return f"postgresql+psycopg://planlop_{code}_{kind}:pa/ss?w@db/planlop_{code}"


class Town:
    """A folder with a registry and its secrets' files."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "municipalities.toml"
        self.path.write_text(BOTH, encoding="utf-8")

    def place(self, code: str, kind: str, text: str | None = None) -> None:
        path = self.path.parent / "secrets" / code / kind
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((usual_secret(code, kind) if text is None else text) + "\n", "utf-8")

    def place_own(self, process: Role) -> None:
        for code in ("9999", "9998"):
            for kind in FOR_PROCESS[process]:
                self.place(code, kind)

    def load(self, production: bool = False, **more: Any) -> Registry:
        given = {**STRICT, "production": production, "municipalities": str(self.path), **more}
        return load_registry(Settings.model_validate(given))


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(SettingsRefused) as refused:
        call()
    assert str(refused.value).startswith("PLANLOP_")
    return str(refused.value)
