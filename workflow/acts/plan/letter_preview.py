"""A step taken for the sake of seeing its letter, then undone: what is shown before sending is what is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.acts.engine.fire import fire
from workflow.record.access.open_plan import Actor
from workflow.record.models import Document


@dataclass(frozen=True, slots=True)
class LetterText:
    """A letter's title, paragraphs and language."""

    title: str
    paragraphs: tuple[str, ...]
    language: str


def letter_of(document: Document) -> LetterText:
    """A stored letter as it is shown: its first paragraph is the title."""
    parts = bytes(document.content).decode().split("\n\n")
    return LetterText(document.title, tuple(parts[1:]), document.language)


def preview_letter(
    session: Session,
    actor: Actor,
    step_name: str,
    plan_id: str,
    form: BaseModel,
    version: int | None,
    now: datetime,
) -> LetterText:
    """The letter that this step would send; nothing of it stays.

    The step really goes through every rule, inside a savepoint that is rolled back. Raises what
    `fire` raises.
    """
    savepoint = session.begin_nested()
    try:
        done = fire(session, actor, step_name, plan_id=plan_id, form=form, version=version, now=now)
        document = session.execute(
            select(Document).where(Document.event_id == done.event_id, Document.kind == "letter")
        ).scalar_one()
        letter = letter_of(document)
        session.expunge(document)
        return letter
    finally:
        savepoint.rollback()
