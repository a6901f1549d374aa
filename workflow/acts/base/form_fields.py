"""The field types that the acts' forms are made of, so that a text has the same limits and signs everywhere."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from workflow.acts.base.clean_text import clean_text as clean_text
from workflow.acts.base.nested_words import split_words
from workflow.rules.text.contact import (
    LONGEST_EMAIL,
    NotAnEmail,
    NotAPhone,
    plain_email,
    plain_phone,
)
from workflow.rules.text.name_order import tidy_name
from workflow.words.text.translatable import N_

LONGEST = 10_000
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=LONGEST), AfterValidator(clean_text)
]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=120), AfterValidator(clean_text)
]
Short = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=40), AfterValidator(clean_text)
]


def _phone(text: str) -> str:
    try:
        return plain_phone(text)
    except NotAPhone as wrong:
        raise PydanticCustomError("phone_wrong", "no telephone number") from wrong


def _email(text: str) -> str:
    try:
        return plain_email(text)
    except NotAnEmail as wrong:
        raise PydanticCustomError("email_wrong", "no e-mail address") from wrong


PersonName = Annotated[Line, AfterValidator(tidy_name)]
Phone = Annotated[Short, AfterValidator(_phone)]
Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=LONGEST_EMAIL),
    AfterValidator(clean_text),
    AfterValidator(_email),
]
Link = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=500), AfterValidator(clean_text)
]
Id = Annotated[str, StringConstraints(min_length=1, max_length=36, pattern=r"^[\w-]+$")]
FIRST_YEAR, LAST_YEAR = 1900, 2200


def ask(title: str, widget: str = "line", default: Any = ..., **more: Any) -> Any:
    """A form field: the question people read, its widget and whatever the widget needs.

    widgets: line, textarea, date, time, choice, check, party, unit, measure_list, number.
    """
    return Field(default, title=title, json_schema_extra={"widget": widget, **more})


def ask_answer(title: str, default: str, choices: Any, **more: Any) -> Any:
    """A question about what somebody said or did, or what something is: nobody's answer stands there beforehand.

    The default is what a caller in code means who leaves it out; a page or a command never uses it.
    """
    return ask(title, "choice", default, choices=choices, answer=True, **more)


def missing_answers(model: type[BaseModel], given: Container[str]) -> list[str]:
    """The questions of a form that want an answer of their own, and have none among what was given."""
    return [
        name for name, info in model.model_fields.items() if is_answer(info) and name not in given
    ]


def is_answer(info: FieldInfo) -> bool:
    """Whether a field says what somebody said or did, or what something is."""
    extra = info.json_schema_extra
    return isinstance(extra, dict) and extra.get("answer") is True


class Form(BaseModel):
    """The root of every act's form: unknown fields are refused, nothing is guessed."""

    model_config = ConfigDict(extra="forbid", validate_default=False, str_strip_whitespace=True)

    @field_validator("*", mode="after")
    @classmethod
    def _is_possible(cls, value: Any, info: ValidationInfo) -> Any:
        """A choice is one of those offered, a day lies in a year that people mean."""
        field = cls.model_fields[info.field_name or ""]
        if isinstance(value, date) and not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise PydanticCustomError("date_out_of_range", "date out of range")
        asked = field.json_schema_extra
        choices = asked.get("choices") if isinstance(asked, dict) else None
        if not choices or value == field.default:
            return value
        given = value if isinstance(value, list) else [value]
        if set(given) - set(dict(choices)):  # type: ignore[arg-type]
            raise PydanticCustomError("not_offered", "not one of the answers offered")
        return value


SPOKEN = frozenset({"line", "textarea"})


def _is_spoken(form: type[BaseModel], name: str) -> bool:
    """Whether people write their own words in a field; all other fields hold codes, keys or days."""
    extra = form.model_fields[name].json_schema_extra
    return isinstance(extra, dict) and extra.get("widget") in SPOKEN


def split_answers(form: BaseModel) -> tuple[dict[str, Any], dict[str, str]]:
    """What was filled in, as codes and as words: an event keeps both apart, an export reads both."""
    given = form.model_dump(mode="json", exclude_defaults=True)
    words = {name: value for name, value in given.items() if _is_spoken(type(form), name)}
    codes = {
        name: split_words(getattr(form, name), value, name, words)
        for name, value in given.items()
        if name not in words
    }
    return codes, words


class NoFields(Form):
    """An act that asks nothing."""


AGREED_HOW = (("app", N_("I appen")), ("spoken", N_("Muntlig")), ("paper", N_("På papir")))
AGREED_BY = (
    ("person", N_("Personen selv")),
    ("representative", N_("Den som handler for personen")),
    ("group", N_("Gruppen (plan om en problemstilling)")),
)


class WithAgreement(Form):
    """An act that carries the person's agreement: by whom, how and when (domain 5.0)."""

    agreed_how: str = ask(
        N_("Hvordan sa personen ja?"), "choice", "", choices=AGREED_HOW, voice="staff"
    )
    agreed_by: str = ask(
        N_("Hvem sa ja?"), "choice", "", choices=AGREED_BY, voice="staff", folded=True
    )
    agreed_on: date | None = ask(N_("Når?"), "date", None, voice="staff", folded=True)


def ask_second(asked: str = N_("Hvem skal bekrefte?"), **looks: Any) -> Any:
    """The field that names the second human, who confirms from their own sign-in."""
    return ask(asked, "staff", None, **looks)


class WithConfirmer(Form):
    """An act that two humans stand behind, where it is about the one who takes it or always."""

    confirmer_id: Id | None = ask_second(
        voice="staff",
        folded=True,
        help=N_("Trengs bare når det gjelder deg selv. Da må en leder eller et kontor bekrefte."),
    )


class ByTwo(Form):
    """An act that is never one human's alone."""

    confirmer_id: Id | None = ask_second(help=N_("Det skjer først når den andre har bekreftet."))


class WithReason(Form):
    """An act that says why."""

    reason: Text = ask(N_("Hvorfor?"), "textarea", "")


class WithAgreementAndReason(WithAgreement):
    """An act that says why and carries an agreement."""

    reason: Text = ask(N_("Hvorfor?"), "textarea", "")
