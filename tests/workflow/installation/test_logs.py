"""Our own lines in the log: their weight follows the setting, other packages' are left alone."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from workflow import logs


@pytest.fixture(autouse=True)
def new_process() -> Iterator[None]:
    """Our loggers as they are before anybody spoke, and afterwards as they were."""
    ours = [logging.getLogger(name) for name in logs.OURS]
    before = [(log, log.level, log.handlers) for log in ours]
    for log in ours:
        log.handlers = []
    yield
    for log, level, handlers in before:
        log.handlers = handlers
        log.setLevel(level)


@pytest.mark.parametrize(
    ("level", "lines"),
    [("DEBUG", 4), ("INFO", 3), ("WARNING", 2), ("ERROR", 1)],
)
def test_the_least_weight_is_the_setting_s(
    level: str, lines: int, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.speak(level)
    logs.speak(level)
    for say in ("debug", "info", "warning", "error"):
        getattr(logging.getLogger("jobs.worker"), say)("swept")
    said = capsys.readouterr().err.splitlines()
    assert len(said) == lines
    assert said[-1].endswith("Z ERROR jobs.worker: swept")


def test_other_packages_are_left_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    before = logging.getLogger("sqlalchemy.engine").getEffectiveLevel()
    logs.speak("DEBUG")
    assert logging.getLogger("sqlalchemy.engine").getEffectiveLevel() == before
    logging.getLogger("sqlalchemy.engine").debug("SELECT name FROM party")
    assert capsys.readouterr().err == ""
