"""Every setting changes something: there is no switch that nothing reads."""

from __future__ import annotations

import re

import pytest

from tests.repo.tree import ROOT
from workflow.settings import Settings

CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for package in ("workflow", "web", "jobs")
    for path in sorted((ROOT / package).rglob("*.py"))
    if path != ROOT / "workflow" / "settings.py"
)
# Read by settings.py itself, which hands on what it made of them.
MADE_THERE = {"trusted_proxies"}


@pytest.mark.parametrize("name", sorted({*Settings.model_fields} - MADE_THERE))
def test_somebody_reads_it(name: str) -> None:
    assert re.search(rf"\.{name}\b", CODE)
