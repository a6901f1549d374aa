"""What text from outside may hold; every field that people write in is cleaned by this."""

from __future__ import annotations

import unicodedata

from pydantic_core import PydanticCustomError


def clean_text(text: str) -> str:
    """Text without NUL and control characters; a new line and a tab are allowed."""
    for sign in text:
        if sign == "\x00" or (unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\r\t"):
            raise PydanticCustomError("control_characters", "control characters")
    return text.replace("\r\n", "\n")
