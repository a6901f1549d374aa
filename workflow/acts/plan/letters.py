"""Decisions and their letters, stored as sent with language and template version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from workflow.acts.base.context import StepContext
from workflow.language import format_date, translate
from workflow.record.models import Decision, Document, MunicipalityRow, Party, Unit
from workflow.words.letters.decisions import (
    APPEAL_DAYS,
    LAW,
    TEMPLATE_VERSION,
    TITLES,
    letter_paragraphs,
)
from workflow.words.text.telephone import group_digits

BY_POST = "letter"
# The law counts from when the letter has come. Post is delivered every other working day; the day is
# set late rather than early, for a window that opened too soon would be the person's loss.
DAYS_IN_THE_POST = 5


def document_columns(text: str, language: str = "nb") -> dict[str, Any]:
    """A text as a document's columns: bytes, digest, language."""
    content = text.encode()
    return {
        "content": content,
        "sha256": hashlib.sha256(content).hexdigest(),
        "language": language,
        "mime": "text/plain; charset=utf-8",
    }


def arrives_on(step: StepContext, how: str) -> date:
    """The day from which the window counts: the letter's arrival, which in the post takes some days."""
    from workflow.record.deadlines.deadlines import closing_days
    from workflow.rules.calendar.workdays import add_workdays

    if how != BY_POST:
        return step.today
    return add_workdays(step.today, DAYS_IN_THE_POST, closing_days(step.conn))


def appeal_until(step: StepContext, regime: str, notified_on: date) -> date:
    """The last day to appeal: 28 days (health) or 21 (social), moved in the person's favour."""
    from workflow.record.deadlines.deadlines import closing_days
    from workflow.rules.calendar.workdays import next_workday

    last = notified_on + timedelta(days=APPEAL_DAYS[regime])
    # Never earlier than the law says: a last day on a holiday is moved to the next day of work.
    return next_workday(last, closing_days(step.conn))


def decide(
    step: StepContext,
    kind: str,
    regime: str,
    *,
    template: str = "",
    more: Mapping[str, str] | None = None,
    **fields: Any,
) -> None:
    """Record the decision and the letter as it is sent.

    template: the letter's, where it is not the kind's own; more: what only the letter says.
    """
    how = getattr(step.form, "notified_how", "handed_over")
    arrives = arrives_on(step, how)
    until = appeal_until(step, regime, arrives)
    effective = fields.pop("effective_from", None) or step.today
    told = {**fields, **(more or {})}
    document = letter(step, template or kind, regime, until, effective, told)
    step.insert(
        Decision,
        kind=kind,
        regime=regime,
        made_on=fields.pop("made_on", None) or step.today,
        effective_from=effective,
        made_by=step.actor.party_id,
        retroactive=effective < step.today,
        notified_on=arrives,
        notified_how=how,
        appeal_until=until,
        document_id=document,
        archive_case=getattr(step.form, "archive_case", ""),
        legal_basis=fields.pop("legal_basis", "") or LAW[regime],
        **{key: value for key, value in fields.items() if value is not None},
    )
    step.effective_from = effective
    step.note(regime=regime, appeal_until=until.isoformat())
    step.subject["appeal_until"] = until


def letter(
    step: StepContext, kind: str, regime: str, until: date, effective: date, fields: dict[str, Any]
) -> str:
    """Write the letter in the person's own language form and store it. Returns its key."""
    language = _language(step)
    names = _names(step)
    words = {
        **names,
        **{k: v for k, v in fields.items() if isinstance(v, str)},
        "until": format_date(until, language),
        "effective": format_date(effective, language),
        "law": fields.get("legal_basis") or translate(LAW[regime], {}, language),
        "today": format_date(step.today, language),
        "coordinator": (step.offered or {}).get("to_name", ""),
    }
    lines = [translate(line, words, language) for line in letter_paragraphs(kind, words)]
    title = translate(TITLES[kind], words, language)
    return step.insert(
        Document,
        event_id=step.event_id,
        kind="letter",
        title=title,
        created_at=step.now,
        template_version=TEMPLATE_VERSION,
        **document_columns("\n\n".join([title, *lines]), language),
    )


def _language(step: StepContext) -> str:
    """The person's own language form; bokmål where the plan has no person."""
    language = step.conn.execute(
        select(Party.language).where(Party.id == step.plan.get("person_id"))
    ).scalar()
    return language or "nb"


def _names(step: StepContext) -> dict[str, str]:
    """Who the letter is from and to."""
    unit = step.conn.execute(
        select(Unit.name, Unit.phone).where(Unit.id == step.plan["unit_id"])
    ).first()
    town = step.conn.execute(select(MunicipalityRow.name)).scalar()
    person = step.conn.execute(
        select(Party.name).where(Party.id == step.plan.get("person_id"))
    ).scalar()
    return {
        "unit": unit.name if unit else "",
        "phone": group_digits(unit.phone) if unit else "",
        "municipality": town or "",
        "person": person or "",
        "number": step.plan["number"],
    }
