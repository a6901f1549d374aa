"""Tests that the repository holds nothing of one machine, one registry or somebody else."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.repo.tree import PACKAGES, ROOT, modules, tracked_files

MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/\w")
REGISTRIES = re.compile("|".join(("pypi" + r"\.org", "npm" + r"js\.", "python" + "hosted")))
LARGEST = 400_000
TEXT = {".py", ".toml", ".md", ".html", ".css", ".js", ".json", ".yaml", ".yml", ".po", ".lock", ""}


def matches(pattern: re.Pattern[str]) -> list[str]:
    """The lines of tracked text files that a pattern is found in."""
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked_files()
        if path.suffix in TEXT
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_path_of_a_machine() -> None:
    assert matches(MACHINE_PATHS) == []


def test_no_address_of_a_registry() -> None:
    assert matches(REGISTRIES) == []


def test_lock_files_hold_hashes_and_no_addresses() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    assert "--hash=sha256:" in lock
    packages = json.loads((ROOT / "web" / "package-lock.json").read_text())["packages"]
    assert "://" not in json.dumps(packages)
    assert all("integrity" in package for name, package in packages.items() if name)


def test_no_large_file() -> None:
    assert [path.name for path in tracked_files() if path.stat().st_size > LARGEST] == []


def test_one_function_commits() -> None:
    commits = [
        path.relative_to(ROOT)
        for path in modules(*PACKAGES)
        for _ in re.findall(r"\.commit\(", path.read_text())
    ]
    assert commits == [Path("workflow/record/database/engine.py")]


def test_only_entry_points_read_the_clock() -> None:
    reading = re.compile(r"datetime\.(?:now|today|utcnow)\(|date\.today\(")
    paths = [
        path.relative_to(ROOT) for path in modules(*PACKAGES) if reading.search(path.read_text())
    ]
    assert paths == [Path("workflow/rules/calendar/clock.py")]


def test_the_top_level_stays_small() -> None:
    allowed = {
        *(
            "workflow",
            "web",
            "jobs",
            "benchmarks",
            "tests",
            "docs",
            ".ci",
            "README.md",
            "pyproject.toml",
        ),
        *("Makefile", "Dockerfile", "docker-compose.yml", "LICENSE", "CHANGELOG.md"),
        *("requirements.lock", ".gitignore", ".dockerignore"),
    }
    assert {path.relative_to(ROOT).parts[0] for path in tracked_files()} - allowed == set()
