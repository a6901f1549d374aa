"""The choice of how to be told, on its pages in both voices: what is offered, kept, and shown as an example."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask import request
from sqlalchemy.orm import Session

from web.forms import model_forms
from web.forms.model_forms import WebForm
from web.request.actor import current_actor
from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.language import current_language
from web.request.reader import current_reader
from web.request.template_globals import current_settings
from web.request.translate import gettext
from workflow.acts.delivery.enqueue import choice_of
from workflow.acts.notices import preferences
from workflow.acts.notices.preferences import (
    CHANNELS,
    DIGEST_HOURS,
    OWN,
    STANDARD,
    NotificationSettings,
)
from workflow.language import translate
from workflow.record.models import Party
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.deadlines.policy import Policy
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.notices.timing import NONE
from workflow.rules.notices.timing import SMS as SMS_CHANNEL
from workflow.words.notices.digest import DigestLine, line_of
from workflow.words.notices.notices import (
    OPEN_HERE,
    PERSON_MAIL,
    SMS,
    STAFF_MAIL,
    SUBJECT,
)

EXAMPLE, EXAMPLE_PLAN = DeadlineCode.REVIEW, "0000-AB12CD"
HOURS = ("quiet_from", "quiet_until")


@dataclass(frozen=True)
class Sample:
    """What is sent, word for word."""

    subject: str
    person: str
    staff: str
    line: str
    opening: str
    sms: str


def party(session: Session) -> Party:
    """The reader's own row."""
    return session.get_one(Party, current_reader().party_id)


def channel_choices(session: Session) -> dict[str, list[tuple[str, str]]]:
    """The channels open to the reader, and the usual hours as what they are."""
    mine = party(session)
    choice, policy = choice_of(session.connection(), mine.id, now())
    ways = preferences.ways_open(choice, policy, preferences.has_plan(session, mine))
    hours = standard(policy)
    quiet = gettext("Som vanlig: fra %(start)s til %(end)s", start=hours[1], end=hours[2])
    never = gettext("Som vanlig: aldri")
    return {
        "channel": [(code, gettext(words)) for code, words in CHANNELS if code in ways],
        "digest_at": [
            (STANDARD, gettext("Som vanlig: %(hour)s", hour=hours[0])),
            *DIGEST_HOURS,
        ],
        "quiet": [
            (STANDARD, quiet if hours[1] else never),
            (OWN, gettext("Jeg velger selv, under «Mer»")),
            (NONE, gettext("Aldri")),
        ],
    }


def standard(policy: Policy) -> tuple[str, str, str]:
    """The municipality's digest hour and quiet hours as they are written; empty for no quiet hours."""
    hours = (policy.digest_at, policy.quiet_from, policy.quiet_until)
    digest, start, end = ("" if hour is None else f"{hour:%H.%M}" for hour in hours)
    return digest, start, end


def filled_form(
    session: Session, voice: str, only: Iterable[str] | None = None
) -> WebForm[NotificationSettings]:
    """The form as the reader has chosen before."""
    values = preferences.as_it_is(party(session))
    choices = channel_choices(session)
    return without_optional(
        model_forms.show(NotificationSettings, values, choices=choices, voice=voice, only=only)
    )


def read_posted(voice: str, only: Iterable[str] | None = None) -> WebForm[NotificationSettings]:
    """What the reader chose, ready to be kept; else the form with what is wrong.

    What is said of the two quiet hours together stands beside the first, in the open.
    """
    choices = channel_choices(db_session())
    form = model_forms.read(
        NotificationSettings, request.form, choices=choices, voice=voice, only=only
    )
    together, form = form.general, replace(form, general=())
    for words in together:
        form = form.with_error(words, "quiet_from")
    if together:
        fields = tuple(replace(one, folded=False) for one in form.fields)
        form = replace(form, fields=fields)
    return without_optional(form)


def without_optional(form: WebForm[NotificationSettings]) -> WebForm[NotificationSettings]:
    """Every question has an answer from the start, so none is called optional but own quiet hours."""
    fields = tuple(replace(one, required=one.name not in HOURS) for one in form.fields)
    return replace(form, fields=fields)


def keep(choice: NotificationSettings) -> None:
    """Stores the reader's choice. Raises BadInput."""
    with open_unit() as session:
        preferences.choose(session, current_actor(), choice, now())


def has_sms(form: WebForm[NotificationSettings]) -> bool:
    """Whether a text message is among what the reader can choose."""
    return any(code == SMS_CHANNEL for code, _ in form["channel"].choices)


def sample() -> Sample:
    """The words that leave the house, in the reader's language."""
    today = oslo_date(now())
    told = line_of(DigestLine(EXAMPLE, EXAMPLE_PLAN, due_on=today), current_language(), today)
    return Sample(
        translate(SUBJECT, {}, current_language()),
        translate(PERSON_MAIL, {}, current_language()),
        translate(STAFF_MAIL, {}, current_language()),
        f"- {told}",
        translate(OPEN_HERE, {"address": current_settings().base_url}, current_language()),
        translate(SMS, {"address": current_settings().base_url}, current_language()),
    )
