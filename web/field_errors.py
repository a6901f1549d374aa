"""One field's error in the reader's language; the table of codes stands in workflow's words."""

from __future__ import annotations

from collections.abc import Mapping

from web.words import gettext
from workflow.words.field_errors import field_error_words


def sentence(code: str, message: str, params: Mapping[str, object]) -> str:
    """What the reader is told of one error; `message` is the sentence of a model's own code."""
    return gettext(field_error_words(code, message, params), **params)
