"""The field types that the acts' forms are made of; the forms stand beside their acts."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from workflow.words.marking import N_

LONGEST = 10_000


def _clean(text: str) -> str:
    """Text without NUL and control characters; a new line and a tab are allowed."""
    for sign in text:
        if sign == "\x00" or (unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\r\t"):
            raise PydanticCustomError("control_characters", "control characters")
    return text.replace("\r\n", "\n")


Text = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=LONGEST), AfterValidator(_clean)
]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=120), AfterValidator(_clean)
]
Id = Annotated[str, StringConstraints(min_length=1, max_length=36)]


def ask(title: str, widget: str = "line", default: Any = ..., **more: Any) -> Any:
    """A form field: the question people read, its widget and whatever the widget needs.

    widgets: line, textarea, date, time, choice, check, party, unit, measure_list, number.
    """
    return Field(default, title=title, json_schema_extra={"widget": widget, **more})


class Form(BaseModel):
    """The root of every act's form: unknown fields are refused, nothing is guessed."""

    model_config = ConfigDict(extra="forbid", validate_default=False, str_strip_whitespace=True)


class Nothing(Form):
    """An act that asks nothing."""


AGREED_HOW = (("app", N_("I appen")), ("spoken", N_("Muntlig")), ("paper", N_("På papir")))
AGREED_BY = (
    ("person", N_("Personen selv")),
    ("representative", N_("Den som handler for personen")),
    ("group", N_("Gruppen (plan om en problemstilling)")),
)


class Agreed(Form):
    """An act that carries the person's agreement: by whom, how and when (domain 5.0)."""

    agreed_how: str = ask(
        N_("Hvordan sa personen ja?"), "choice", "", choices=AGREED_HOW, voice="staff"
    )
    agreed_by: str = ask(
        N_("Hvem sa ja?"), "choice", "person", choices=AGREED_BY, voice="staff", folded=True
    )
    agreed_on: date | None = ask(N_("Når?"), "date", None, voice="staff", folded=True)


class Reason(Form):
    """An act that says why."""

    reason: Text = ask(N_("Hvorfor?"), "textarea", "")


class AgreedReason(Agreed):
    """An act that says why and carries an agreement."""

    reason: Text = ask(N_("Hvorfor?"), "textarea", "")
