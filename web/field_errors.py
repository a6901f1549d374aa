"""One field's error in the reader's language; the table of codes stands in workflow's words."""

from __future__ import annotations

from collections.abc import Mapping

from web.language import language
from web.words import gettext
from workflow.words.field_errors import field_error_words
from workflow.words.policy_words import POLICY_REFUSALS, refusal_text


def sentence(code: str, message: str, params: Mapping[str, object]) -> str:
    """What the reader is told of one error; `message` is the sentence of a model's own code."""
    if code in POLICY_REFUSALS:
        return refusal_text(code, params, language())
    return gettext(field_error_words(code, message, params), **params)
