"""Translation with types: a bokmål sentence in, the reader's language out."""

from __future__ import annotations

from web.request.language import catalogue_here


def N_(sentence: str) -> str:
    """Marks a sentence of a table for the catalogue; it is translated when it is shown."""
    return sentence


def gettext(sentence: str, **params: object) -> str:
    """The sentence in the reader's language, with %(name)s filled in where params are given."""
    text = catalogue_here().gettext(sentence)
    return text % params if params else text


def ngettext(one: str, many: str, num: int, **params: object) -> str:
    """The sentence for one or for many; %(num)d is the number."""
    return catalogue_here().ngettext(one, many, num) % {"num": num, **params}
