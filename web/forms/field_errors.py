"""One field's error as a sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from web.request.language import current_language
from web.request.translate import gettext
from workflow.words.labels.deadline_policies import POLICY_REFUSALS, refusal_text
from workflow.words.refusals.fields import field_error_words


def error_sentence(code: str, message: str, params: Mapping[str, object]) -> str:
    """What the reader is told of one error; `message` is the sentence of a model's own code."""
    if code in POLICY_REFUSALS:
        return refusal_text(code, params, current_language())
    return gettext(field_error_words(code, message, params), **params)
