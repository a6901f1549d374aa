"""The README is true: its example runs, its promises name tests that exist, its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = sorted((ROOT / "docs").glob("*.md"))


def test_the_engine_alone_runs_in_twenty_lines() -> None:
    code = re.search(r"```python\n(.*?)```", README, re.S)
    assert code is not None
    lines = [line for line in code[1].splitlines() if line and not line.startswith("from")]
    assert len(lines) <= 20
    done = subprocess.run(
        [sys.executable, "-c", code[1]], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.splitlines() == [
        "['coordinator_not_accepted', 'nothing_to_start_with']",
        "active",
    ]


def test_every_promise_names_tests_that_exist() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", README)
    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_every_link_and_picture_is_there() -> None:
    for page in [ROOT / "README.md", *DOCS]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
