"""Forms that hold parts in parts: their words apart from their codes, so that words can be erased.

A word is kept under the path of its field (`goals.0.own_words`); the codes keep their place.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from pydantic import AfterValidator, BaseModel
from pydantic.fields import FieldInfo

from workflow.acts.base.clean_text import clean_text


def is_text(info: FieldInfo) -> bool:
    """Whether people write their own words in a part's field: such a text is cleaned."""
    return any(isinstance(one, AfterValidator) and one.func is clean_text for one in info.metadata)


def split_words(value: Any, dumped: Any, path: str, words: dict[str, str]) -> Any:
    """What was dumped of a value without its words, which are added under their paths."""
    if isinstance(value, list | tuple):
        pairs = zip(value, dumped, strict=True)
        return [split_words(*pair, f"{path}.{n}", words) for n, pair in enumerate(pairs)]
    if not isinstance(value, BaseModel):
        return dumped
    codes = {}
    for name, inner in dumped.items():
        under = f"{path}.{name}"
        if is_text(type(value).model_fields[name]):
            words[under] = inner
        else:
            codes[name] = split_words(getattr(value, name), inner, under, words)
    return codes


def join_words(codes: Mapping[str, Any], words: Mapping[str, str]) -> dict[str, Any]:
    """The fields as they were filled in; words that were erased are left out."""
    fields = deepcopy(dict(codes))
    for path, text in words.items():
        *above, name = path.split(".")
        part: Any = fields
        for step in above:
            part = part[int(step)] if isinstance(part, list) else part[step]
        part[name] = text
    return fields
