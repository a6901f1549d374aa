"""Tests of the commands `crossing-key` and `neighbours`, and of doctor's look at the keys."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.servers.databases import SqliteBackend
from tests.servers.installation import Installation, installed
from tests.world import make_world
from workflow.acts.neighbours.directory import sync
from workflow.acts.neighbours.keys import PublicKey
from workflow.record.database.engine import unit_of_work
from workflow.registry import load_registry
from workflow.rules.calendar.clock import utc_now

PLANLOP = Path(sys.executable).parent / "planlop"


def run(installation: Installation | None, *words: str, code: int = 0) -> dict[str, Any]:
    """What a command answers in a process of its own."""
    more = installation.environment() if installation else {}
    done = subprocess.run(
        [PLANLOP, *words, "--json"],
        env={**os.environ, **more},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_a_key_is_made_once_and_its_public_half_is_printed(tmp_path: Path) -> None:
    path = tmp_path / "private_key"
    first = run(None, "crossing-key", str(path))
    again = run(None, "crossing-key", str(path))
    assert first["made"] and not again["made"]
    assert first["public_key"] == again["public_key"]
    assert PublicKey.from_text(first["public_key"]).fingerprint == first["fingerprint"]
    assert path.stat().st_mode & 0o077 == 0
    path.write_text("nonsense")
    assert run(None, "crossing-key", str(path), code=1)["error"] == "bad_key"


def test_neighbours_are_listed_and_doctor_sees_keys_that_do_not_fit(
    sqlite_backend: SqliteBackend, tmp_path: Path
) -> None:
    with installed(sqlite_backend, tmp_path, ("9101", "9102")) as installation:
        here = installation.places["9101"]
        make_world(here.engine, number="9101")
        registry = load_registry(installation.settings())
        with unit_of_work(here.engine) as session:
            sync(session, registry.municipalities, utc_now())
        (known,) = run(installation, "--municipality", "9101", "neighbours")["neighbours"]
        assert (known["code"], known["name"]) == ("9102", "Kommune 9102")
        assert looked_at(installation)["9101 hand-over"] is True
        run(None, "crossing-key", str(tmp_path / "other"))
        (tmp_path / "9101" / "private_key").write_text((tmp_path / "other").read_text())
        assert looked_at(installation)["9101 hand-over"] is False


def looked_at(installation: Installation) -> dict[str, bool]:
    """What doctor says of each thing it looked at."""
    report = run(installation, "--municipality", "9101", "doctor", code=1)
    return {one["check"]: one["ok"] for one in report["checks"]}
