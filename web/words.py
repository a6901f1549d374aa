"""Translation with types: a bokmål sentence in, the reader's language out; catalogues live in workflow."""

from __future__ import annotations

import flask_babel


def N_(sentence: str) -> str:
    """Marks a sentence of a table for the catalogue; it is translated when it is shown."""
    return sentence


def gettext(sentence: str, **params: object) -> str:
    """The sentence in the reader's language, with %(name)s filled in where params are given."""
    return str(flask_babel.gettext(sentence, **params))


def ngettext(one: str, many: str, num: int, **params: object) -> str:
    """The sentence for one or for many; %(num)d is the number."""
    return str(flask_babel.ngettext(one, many, num, **params))
