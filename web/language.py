"""Which language a page speaks: the reader's own, then the one chosen here, never the browser's alone."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, g, request
from flask_babel import Babel, get_locale

import workflow
from web.texts import settings as current_settings
from workflow.settings import Settings

CATALOGUES = Path(workflow.__file__).parent / "locale"
COOKIE = "sprak"
NAMES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}


def install(app: Flask, settings: Settings) -> None:
    """Sets up Flask-Babel over workflow's catalogues; bokmål needs none, it is the source."""
    app.config["BABEL_DEFAULT_LOCALE"] = settings.languages[0]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(CATALOGUES)
    Babel(app, locale_selector=language, timezone_selector=lambda: "Europe/Oslo")
    app.jinja_env.globals.update(language=language, languages=languages, spoken=spoken)


def language() -> str:
    """The code of the language of this answer: nb, nn or en."""
    reader = g.get("reader")
    wished = reader.language if reader else request.cookies.get(COOKIE, "")
    on = current_settings().languages
    return wished if wished in on else on[0]


def languages() -> list[tuple[str, str]]:
    """The languages switched on, with the name each gives itself."""
    return [(code, NAMES.get(code, code)) for code in current_settings().languages]


def spoken() -> str:
    """The lang attribute of the page."""
    return str(get_locale()).replace("_", "-")
