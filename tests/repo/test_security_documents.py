"""docs/security names tests and lines of code: each is there, and the counts are right."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.repo.tree import ROOT

FOLDER = ROOT / "docs" / "security"
NAMED = re.compile(r"`((?:tests|web|workflow|jobs|docs)/[\w./-]+\.\w+)(?:(::?)(\w+))?`")
LINE = re.compile(
    r"^\| (\d+\.\d+\.\d+) \| ([12]) \| (.+?) \| (met|partly|not|n/a) \| (.+) \|$", re.MULTILINE
)
# How many lines of levels 1 and 2 each chapter of ASVS 5.0.0 has.
CHAPTERS = {
    1: 27,
    2: 11,
    3: 19,
    4: 10,
    5: 9,
    6: 35,
    7: 18,
    8: 7,
    9: 7,
    10: 29,
    11: 14,
    12: 9,
    13: 13,
    14: 9,
    15: 13,
    16: 16,
    17: 7,
}
STRIDE = "STRIDE"
FLOWS = (
    "Browser and web",
    "Web and database",
    "Jobs and broker",
    "Mail",
    "Text messages",
    "Webhook",
    "Sign-in providers",
    "Between municipalities",
    "Backup",
    "Operator",
    "Those inside",
)


def lines() -> list[tuple[str, ...]]:
    """The lines of the ASVS table."""
    return LINE.findall((FOLDER / "asvs.md").read_text())


@cache
def names_in(path: Path) -> frozenset[str]:
    """Every function, class and name that a module gives."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return frozenset(names)


@pytest.mark.parametrize("document", sorted(path.name for path in FOLDER.glob("*.md")))
def test_every_test_and_line_of_code_that_is_named_is_there(document: str) -> None:
    gone = []
    for file, _, name in NAMED.findall((FOLDER / document).read_text()):
        path = ROOT / file
        if not path.is_file() or (name and name not in names_in(path)):
            gone.append(f"{file}:{name}")
    assert not gone, gone


def test_each_line_of_the_standard_stands_once_and_says_why() -> None:
    rows = lines()
    count = {
        chapter: sum(line[0].split(".")[0] == str(chapter) for line in rows) for chapter in CHAPTERS
    }
    assert count == CHAPTERS and len({line[0] for line in rows}) == len(rows)
    for number, _, about, status, answer in rows:
        assert len(about) < 80, number
        assert status != "met" or re.search(r"`[^`]+`", answer), f"{number} names nothing"
        assert status == "met" or len(answer) > 7, f"{number} says nothing"


def test_the_counts_at_the_top_are_right() -> None:
    statuses = [line[3] for line in lines()]
    met, partly, no, away = (statuses.count(status) for status in ("met", "partly", "not", "n/a"))
    told = (
        f"{len(statuses)} lines at levels 1 and 2: {len(statuses) - away} apply, {met} met, {partly} partly, "
        f"{no} not; {away} do not apply."
    )
    assert told in (FOLDER / "asvs.md").read_text(), told
    print(f"\n{told}")


def test_each_flow_has_its_threats_and_each_threat_its_measure() -> None:
    text = (FOLDER / "threats.md").read_text()
    for flow in FLOWS:
        part = text.partition(f"\n## {flow}\n")[2].partition("\n## ")[0]
        rows = [row.split(" | ") for row in part.splitlines() if re.match(r"\| [A-Z] \|", row)]
        assert len(rows) >= 3, flow
        for row in rows:
            assert row[0].removeprefix("| ") in STRIDE and len(row) == 4 and "`" in row[3], row
