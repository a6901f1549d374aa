"""Which language a page speaks: the reader's own, then the one chosen here, never the browser's alone."""

from __future__ import annotations

from gettext import NullTranslations
from pathlib import Path

from flask import Flask, g
from flask_babel import Babel, get_locale

import workflow
from web.request.cookies import read_choice
from web.request.template_globals import current_settings as current_settings
from workflow.language import load_catalogue
from workflow.settings import Settings

CATALOGUES = Path(workflow.__file__).parent / "locale"
COOKIE = "sprak"
NAMES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}


def install(app: Flask, settings: Settings) -> None:
    """Sets up Flask-Babel over workflow's catalogues; bokmål needs none, it is the source."""
    app.config["BABEL_DEFAULT_LOCALE"] = settings.languages[0]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(CATALOGUES)
    Babel(app, locale_selector=current_language, timezone_selector=lambda: "Europe/Oslo")
    # Flask-Babel asks for its domain at every sentence; a page has hundreds of them.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda sentence: catalogue_here().gettext(sentence),
        lambda one, many, num: catalogue_here().ngettext(one, many, num),
        newstyle=True,
    )
    app.jinja_env.globals.update(
        language=current_language, languages=list_languages, spoken=lang_attribute
    )


def catalogue_here() -> NullTranslations:
    """The catalogue of this answer's language."""
    return load_catalogue(current_language())


def current_language() -> str:
    """The code of the language of this answer: nb, nn or en; settled once the reader is known."""
    settled: str | None = g.get("language")
    if settled is None:
        settled = wished_language()
        if "reader" in g:
            g.language = settled
    return settled


def wished_language() -> str:
    """The reader's own language form, else the choice kept here, else the first that is on."""
    reader = g.get("reader")
    wished = reader.language if reader else read_choice(COOKIE)
    on = current_settings().languages
    return wished if wished in on else on[0]


def list_languages() -> list[tuple[str, str]]:
    """The languages switched on, with the name each gives itself."""
    return [(code, NAMES.get(code, code)) for code in current_settings().languages]


def lang_attribute() -> str:
    """The lang attribute of the page."""
    return str(get_locale()).replace("_", "-")
