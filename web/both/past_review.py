"""One review of a plan as it was: how it goes, in whose words, what was wished and decided, and each measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from web.page.formats import day
from web.request.clock import now
from web.request.database import db_session
from web.request.translate import gettext
from workflow.acts.plan.in_use import RATINGS
from workflow.acts.plan.measures import HOW_IT_WENT, OUTCOMES, Evaluate
from workflow.record.access.open_plan import OpenPlan
from workflow.record.models import Event
from workflow.record.plan.view import PlanView, read_opened_view
from workflow.record.shapes.plan import EventView
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.names.steps import MeasureStep, PlanStep
from workflow.rules.sharing.scopes import MEASURES
from workflow.words.steps.history import event_actor
from workflow.words.steps.own_words import Said, own_words

REVIEW = PlanStep.REVIEW
EVALUATION = MeasureStep.EVALUATE
GOES_ON = PlanStep.CONTINUE


@dataclass(frozen=True)
class Evaluation:
    """What was said about one measure: how it went, in whose words; nothing where it goes on as before."""

    text: str
    outcome: str = ""
    rating: str = ""
    said: tuple[Said, ...] = ()


@dataclass(frozen=True)
class ReviewView:
    """A review as its page shows it."""

    id: str
    on: date
    by: str
    rating: str
    said: tuple[Said, ...]
    measures: tuple[Evaluation, ...]
    carried: tuple[str, ...]
    changed: tuple[Said, ...]
    next_on: str

    @property
    def title(self) -> str:
        """«Slik evaluerte vi 12. mars»."""
        return gettext("Slik evaluerte vi %(day)s", day=day(self.on))


def reviews(view: PlanView) -> list[EventView]:
    """The plan's reviews among the events read, the newest first."""
    return [one for one in view.events if one.step_name == REVIEW]


def last_review(opened: OpenPlan) -> str:
    """The last review's event, for those who see what it was about; nothing where there is none."""
    if opened.stored.reviewed_on is None or MEASURES not in opened.scopes:
        return ""
    query = (
        select(Event.id)
        .where(Event.plan_id == opened.plan.id, Event.step_name == REVIEW)
        .order_by(Event.seq.desc())
        .limit(1)
    )
    return db_session().execute(query).scalar() or ""


def view_review(
    opened: OpenPlan, event_id: str, language: str
) -> tuple[PlanView, ReviewView] | None:
    """The review that an event tells of, as far as its reader sees it; None where there is none."""
    view = read_opened_view(db_session(), opened, now(), opened.stored.version)
    event = next((one for one in reviews(view) if one.id == event_id), None)
    return (view, _made(view, event, language)) if event else None


def _made(view: PlanView, event: EventView, language: str) -> ReviewView:
    names = {key: human.name for key, human in view.humans.items()}
    texts = {measure.id: measure.text for measure in view.measures}
    after = _after(view.events, event)
    carried = [key for key in event.text["codes"].get("carried", ()) if key in texts]
    told = {one.subject_id for one in _evaluated(view.events, event)}
    return ReviewView(
        event.id,
        oslo_date(event.at),
        event_actor(event.text, names, language),
        _label(RATINGS, event.text["codes"].get("rating", "")),
        own_words(event.text, event.words, "", language),
        tuple(_evaluation(one, texts, language) for one in _evaluated(view.events, event)),
        tuple(texts[key] for key in carried if key not in told),
        own_words(after.text, after.words, "", language) if after else (),
        _next_day(after),
    )


def _evaluated(events: Sequence[EventView], review: EventView) -> list[EventView]:
    """The measures judged since the review before, each once, in the order they were taken."""
    before = max((e.seq for e in events if e.step_name == REVIEW and e.seq < review.seq), default=0)
    since = (e for e in events if e.step_name == EVALUATION and before < e.seq < review.seq)
    last = {event.subject_id: event for event in sorted(since, key=lambda one: one.seq)}
    return list(last.values())


def _after(events: Sequence[EventView], review: EventView) -> EventView | None:
    """How the plan went on after it, before another review."""
    later = sorted((e for e in events if e.seq > review.seq), key=lambda one: one.seq)
    event = next((e for e in later if e.step_name in (REVIEW, GOES_ON)), None)
    return event if event and event.step_name == GOES_ON else None


def _evaluation(event: EventView, texts: Mapping[str, str], language: str) -> Evaluation:
    form = event.text.get("form", {})
    return Evaluation(
        texts.get(event.subject_id, "") or gettext("Et tiltak"),
        _label(OUTCOMES, form.get("outcome", Evaluate.model_fields["outcome"].default)),
        _label(HOW_IT_WENT, form.get("rating", "")),
        own_words(event.text, event.words, "", language),
    )


def _label(answers: Sequence[tuple[str, str]], code: str) -> str:
    text = dict(answers).get(code, "")
    return gettext(text) if text else ""


def _next_day(after: EventView | None) -> str:
    change = after.text["plan_set"].get("next_review_on") if after else None
    change = change or (after.text["set"].get("next_review_on") if after else None)
    return day(date.fromisoformat(change[1])) if change and change[1] else ""
