"""The form by which a password is chosen, and its refusals in words."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from web.forms.model_forms import WebForm
from web.request.translate import N_, gettext
from workflow.words.refusals.passwords import PERSON_PASSWORDS

MOST_SENT = 1000  # signs; the rule's own limit is told in words


def secret(title: str, help: str = "") -> Any:
    """A field for a password; what was typed is never shown again."""
    extra: dict[str, Any] = {"widget": "password", **({"help": help} if help else {})}
    return Field(title=title, max_length=MOST_SENT, json_schema_extra=extra)


class NewPassword(BaseModel):
    """A password chosen, twice so that it is typed right."""

    model_config = ConfigDict(extra="forbid")
    password: SecretStr = secret(
        N_("Nytt passord"), N_("Minst 12 tegn. Noen ord etter hverandre er lett å huske.")
    )
    again: SecretStr = secret(N_("Passordet en gang til"))


class ChangedPassword(BaseModel):
    """The same in place of the current one."""

    model_config = ConfigDict(extra="forbid")
    current: SecretStr = secret(N_("Passordet du har nå"))
    password: SecretStr = secret(
        N_("Nytt passord"), N_("Minst 12 tegn. Noen ord etter hverandre er lett å huske.")
    )
    again: SecretStr = secret(N_("Passordet en gang til"))


Chosen = TypeVar("Chosen", NewPassword, ChangedPassword)


def twice_the_same(form: WebForm[Chosen]) -> WebForm[Chosen]:
    """The form, refused where the two passwords differ."""
    given = form.value
    if given is not None and given.password != given.again:
        return form.with_error(gettext("De to passordene er ikke like."), "again")
    return form


def show_refusal(form: WebForm[Chosen], code: str) -> WebForm[Chosen]:
    """The form with the sentence of why the password is refused, and what to do."""
    return form.with_error(gettext(PERSON_PASSWORDS[code]), "password")
