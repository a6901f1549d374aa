"""docs/policy.md is what the tables and the guards say today."""

from __future__ import annotations

from pathlib import Path

from tests.repo.tree import ROOT
from web import create_app
from web.app.route_inventory import write_policy_document
from workflow.rules.engine.policy import READING
from workflow.rules.tables import TRANSITIONS
from workflow.settings import Settings

DOCUMENT = ROOT / "docs" / "policy.md"


def made(home: Path) -> str:
    """The document as the program makes it, with the demo's and the mail catcher's addresses."""
    return write_policy_document(create_app(Settings(home=home, demo=True, catch_mail=True)))


def test_the_policy_document_is_what_the_tables_say(tmp_path: Path) -> None:
    assert DOCUMENT.read_text() == made(tmp_path), "run `make policy`"


def test_the_document_names_every_row_and_every_reading_act(tmp_path: Path) -> None:
    text = made(tmp_path)
    assert all(f"| {row} |" in text for row in TRANSITIONS)
    assert all(act in text for act in READING)
