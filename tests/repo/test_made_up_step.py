"""A made-up step in a copy of the tree: it touches the files that contributing names, and no test asks for another."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.repo.tree import ROOT, tracked_files
from tests.samples import WHOLE

# «We took a walk»: a step of the plan's with one free text, put before the one it is like.
TALKED = "PlanStep.TALKED"
WALKED: Mapping[str, tuple[str, str]] = {
    "workflow/rules/names/steps.py": (
        '    TALKED = "plan.talked"\n',
        '    WALKED = "plan.walked"\n',
    ),
    "workflow/rules/tables/plan_internal.py": (
        "    _act(\n        PlanStep.TALKED,\n",
        "    _act(\n"
        "        PlanStep.WALKED,\n"
        '        "X1",\n'
        "        relations=(*TEAM, *UNIT),\n"
        "        persons_own=True,\n"
        "        scope=MESSAGES,\n"
        '        basis="1.9",\n'
        "        when_paused=True,\n"
        "    ),\n",
    ),
    "workflow/acts/plan/contact.py": (
        "@act(PlanStep.TALKED, RecordTalk)\n",
        "class RecordWalk(WithAgreement):\n"
        '    """Where we went."""\n\n'
        '    where: Text = ask(N_("Hvor gikk dere?"), "line", "")\n\n\n'
        "@act(PlanStep.WALKED, RecordWalk)\n"
        "def record_walk(step: StepContext) -> None:\n"
        '    """A walk together counts as life."""\n'
        "    step.say(where=step.form.where)\n\n\n",
    ),
    "workflow/words/steps/plan_internal.py": (
        "    PlanStep.TALKED: StepWords(\n",
        "    PlanStep.WALKED: StepWords(\n"
        '        url="vi-gikk-tur",\n'
        '        button=N_("Vi gikk tur"),\n'
        '        history=(N_("Vi gikk tur sammen."),),\n'
        '        notice="",\n'
        '        notice_person=N_("Vi gikk tur sammen. Det står i planen."),\n'
        '        shows={"where": in_history(MESSAGES)},\n'
        "    ),\n",
    ),
    "workflow/locale/en/LC_MESSAGES/messages.po": (
        'msgid "Vi snakket sammen"\n',
        'msgid "Vi gikk tur"\nmsgstr "We took a walk"\n\n'
        'msgid "Vi gikk tur sammen."\nmsgstr "We took a walk together."\n\n'
        'msgid "Vi gikk tur sammen. Det står i planen."\n'
        'msgstr "We took a walk together. It stands in the plan."\n\n'
        'msgid "Hvor gikk dere?"\nmsgstr "Where did you go?"\n\n',
    ),
    "web/hints/content.py": (
        "    PlanStep.TALKED: StepHints(\n",
        "    PlanStep.WALKED: StepHints(heading=CONTACT),\n",
    ),
    "tests/workflow/engine/state_grid.py": (
        f"    {TALKED}: ",
        '    PlanStep.WALKED: "OPEN | AROUND",\n',
    ),
    "tests/workflow/access/grid.py": (
        f"    {TALKED}: ",
        '    PlanStep.WALKED: "kim mor frida mona vik ali sara hege oda liv operator",\n',
    ),
    "tests/workflow/access/scope_grid.py": (
        f"        {TALKED}: ",
        '        PlanStep.WALKED: "frida mona vik ali sara hege",\n',
    ),
    "tests/web/everywhere/canary_walk.py": (
        f"            {TALKED},\n",
        "            PlanStep.WALKED,\n",
    ),
    "tests/workflow/scenarios/test_acts.py": (
        f"@proves(\n    {TALKED},\n",
        "@proves(PlanStep.WALKED)\n"
        "def test_a_walk_is_life(world: World) -> None:\n"
        "    plan = world.active()\n"
        '    done = world.take("mona", PlanStep.WALKED, plan, where="Til fjorden")\n'
        '    assert words(world, done)["form.where"] == "Til fjorden"\n\n\n',
    ),
}
POLICY = "docs/policy.md"
# What looks at a step by itself: its parts and its states; who may, by which scope, and what shows it.
ASKED_FIRST = (
    "tests/repo/test_step_tables.py",
    "tests/workflow/engine/test_tables.py",
    "tests/workflow/engine/test_state_grid.py",
)
ASKED = (
    *ASKED_FIRST,
    "tests/repo/test_house.py",
    "tests/repo/test_messages.py",
    "tests/repo/test_policy_document.py",
    "tests/workflow/words",
    "tests/workflow/access/test_grid.py",
    "tests/workflow/access/test_scopes.py",
    "tests/workflow/access/test_scope_map.py",
    "tests/workflow/scenarios/test_acts.py",
    "tests/web/page/test_hints.py",
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository of its own that holds what this one holds."""
    for path in tracked_files():
        place = tmp_path / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place)
    shutil.copytree(ROOT / "web/static/vendor", tmp_path / "web/static/vendor", dirs_exist_ok=True)
    run(tmp_path, "git", "init", "-q")
    run(tmp_path, "git", "add", "-A")
    who = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org")
    run(tmp_path, "git", *who, "commit", "-q", "-m", "as it is")
    return tmp_path


def run(tree: Path, *command: str) -> str:
    """What a command prints in the tree; fails with what it said."""
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PYTEST"))
    }
    done = subprocess.run(
        command, cwd=tree, env={**kept, "PYTHONPATH": str(tree)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return done.stdout


def add_step(tree: Path) -> None:
    """Writes the made-up step where contributing says."""
    for name, (before, text) in WALKED.items():
        path = tree / name
        source = path.read_text(encoding="utf-8")
        assert source.count(before) == 1, (name, source.count(before))
        path.write_text(source.replace(before, text + before), encoding="utf-8")
    code = "from workflow.cli import main; main()"
    document = run(tree, sys.executable, "-c", code, "policy-document")
    (tree / POLICY).write_text(document, encoding="utf-8")
    run(tree, sys.executable, "-m", "workflow.locale.build")


def named_by_contributing() -> list[str]:
    """The paths under "A step" in contributing: files, and folders with a stroke at the end."""
    text = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
    chapter = text.partition("\n## A step\n")[2].partition("\nNothing else")[0]
    return re.findall(r"`((?:workflow|web|tests|docs)/[\w./]+)`", chapter)


@pytest.mark.sampled
def test_a_step_touches_what_contributing_names_and_no_test_asks_for_more(tree: Path) -> None:
    add_step(tree)
    touched = run(tree, "git", "diff", "--name-only").split()
    assert set(touched) == {*WALKED, POLICY}
    named = named_by_contributing()
    assert [path for path in touched if not path.startswith(tuple(named))] == []
    assert [place for place in named if not any(path.startswith(place) for path in touched)] == [
        "workflow/rules/engine/transition.py",  # says what a row's fields mean
        "workflow/rules/engine/own_interest.py",  # of a step that names somebody
        "workflow/rules/tables/scope_map.py",  # of a step that is anybody's alone
    ]
    run(
        tree,
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        "-m",
        "not soak and not chaos",
        "-k",
        "not postgresql",
        *(ASKED if WHOLE else ASKED_FIRST),
    )


@pytest.mark.soak
def test_a_step_that_is_half_there_is_seen(tree: Path) -> None:
    """Each part but its page hints is asked for by a test; hints alone say only where a button stands."""
    add_step(tree)
    words = "workflow/words/steps/plan_internal.py"
    run(tree, "git", "checkout", "-q", words)
    with pytest.raises(AssertionError):
        run(
            tree,
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            "-k",
            "not postgresql",
            "tests/workflow/words",
        )
