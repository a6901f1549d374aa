"""The plain line on a page where a part of the plan is not shared with its reader; workflow says what is hidden."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask

from web.request.language import current_language
from workflow.settings import Settings
from workflow.words.labels.not_shared import not_shared_line, not_shared_lines


def line(scope: str) -> str:
    """«Mål er ikke delt med deg.»"""
    return not_shared_line(scope, current_language())


def lines(hidden: Iterable[str]) -> list[str]:
    """The line of every hidden scope, in the fixed order."""
    return not_shared_lines(hidden, current_language())


def install(app: Flask, settings: Settings) -> None:
    """Gives templates the lines."""
    app.jinja_env.globals.update(not_shared_line=line, not_shared_lines=lines)
