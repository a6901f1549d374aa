"""The choice of how to be told, on its pages in both voices: what is offered, kept, and shown as an example."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from web import field_errors, forms
from web.actor import current_actor
from web.clock import now
from web.database import unit
from web.forms import Form
from web.language import language
from web.sessions import reader
from web.texts import settings
from web.words import gettext
from workflow.acts import preferences
from workflow.acts.mail_queue import choice_of
from workflow.acts.preferences import CHANNELS, Telling
from workflow.language import translate
from workflow.record.models import Party
from workflow.rules.denials import BadInput
from workflow.words.notices import OPEN_HERE, PERSON_MAIL, STAFF_MAIL, SUBJECT, sentence

EXAMPLE = "T8.review"


@dataclass(frozen=True)
class Standard:
    """The municipality's own hours as they are written; no quiet hours where quiet_from is empty."""

    digest: str
    quiet_from: str
    quiet_until: str


@dataclass(frozen=True)
class Sample:
    """What is sent, word for word."""

    subject: str
    person: str
    staff: str
    line: str
    opening: str


def party(session: Session) -> Party:
    """The reader's own row."""
    return session.get_one(Party, reader().party_id)


def offered(session: Session) -> dict[str, list[tuple[str, str]]]:
    """The channels open to the reader."""
    mine = party(session)
    choice, policy = choice_of(session.connection(), mine.id, now())
    is_person = preferences.has_plan(session, mine)
    ways = preferences.ways_open(choice, policy, is_person)
    return {"channel": [(code, gettext(words)) for code, words in CHANNELS if code in ways]}


def shown(session: Session, voice: str, only: Iterable[str] | None = None) -> Form[Telling]:
    """The form as the reader has chosen before."""
    values = preferences.as_it_is(party(session))
    return forms.show(Telling, values, choices=offered(session), voice=voice, only=only)


def kept(form: Form[Telling]) -> Form[Telling]:
    """The form after it was kept, or with what stands in the way."""
    if form.value is None:
        return form
    try:
        with unit() as session:
            preferences.choose(session, current_actor(), form.value, now())
    except BadInput as stopped:
        for name, code, params in stopped.problems:
            form = form.with_error(field_errors.sentence(code, "", params), name)
    return form


def standard(session: Session) -> Standard:
    """The hours in force where the reader chooses nothing."""
    _, policy = choice_of(session.connection(), reader().party_id, now())
    hours = (policy.quiet_from, policy.quiet_until)
    start, end = ("" if hour is None else f"{hour:%H.%M}" for hour in hours)
    return Standard(f"{policy.digest_at:%H.%M}", start, end)


def sample() -> Sample:
    """The words that leave the house, in the reader's language."""
    told = translate(sentence(EXAMPLE, False), {}, language())
    return Sample(
        translate(SUBJECT, {}, language()),
        translate(PERSON_MAIL, {}, language()),
        translate(STAFF_MAIL, {}, language()),
        f"- 0000-AB12CD: {told}",
        translate(OPEN_HERE, {"address": settings().base_url}, language()),
    )
