"""What the plan's codes, steps and events are called on the staff's pages."""

from __future__ import annotations

from web.both.hand_over import names_elsewhere
from web.both.history_lines import HistoryLine
from web.both.past_review import REVIEW
from web.page.header import address_of
from web.request.language import current_language
from web.request.translate import gettext
from workflow.acts.engine.availability import values_of
from workflow.record.models import Measure
from workflow.record.plan.view import PlanView
from workflow.record.shapes.plan import DeadlineView, EventView, MeetingView, UnitView
from workflow.rules.calendar.clock import oslo_date
from workflow.rules.names.deadlines import DeadlineCode
from workflow.words.labels.relations import label_of
from workflow.words.labels.states import measure_label, meeting_label, plan_label
from workflow.words.steps.catalogue import step_words
from workflow.words.steps.history import event_actor, event_sentence
from workflow.words.steps.own_words import own_words
from workflow.words.text.telephone import group_digits


def step_title(step_name: str, *, first: bool = False) -> str:
    """What stands on a step's button; `first` where it is done for the first time."""
    return gettext(step_words(step_name, first=first))


def code_label(table: str, value: str) -> str:
    """What a code is called; a code that nobody has words for is shown as it stands."""
    try:
        return label_of(table, value, current_language())
    except KeyError:
        return value


def first(name: str) -> str:
    """The name people are spoken to by."""
    return name.split(" ")[0] if name else ""


def title_of(view: PlanView) -> str:
    """What a plan is called on its pages: the person's name, or the problem it is about."""
    return view.person.name or view.plan.problem or view.plan.number


def call_person(view: PlanView) -> str:
    """The person's first name in a sentence; «personen» where there is none."""
    return first(view.person.name) or gettext("personen")


def plan_state(view: PlanView) -> str:
    """The plan's state in words, with place and day of a transfer."""
    asked = next((o for o in view.offers if o.kind in ("transfer", "authority")), None)
    by = oslo_date(asked.expires_at) if asked and asked.expires_at else None
    place = asked.to_name if asked else ""
    return plan_label(values_of(view.plan), current_language(), place=place, answer_by=by)


def measure_state(measure: Measure) -> str:
    """A measure's state in words."""
    return measure_label(values_of(measure), current_language())


def meeting_state(meeting: MeetingView) -> str:
    """A meeting's state in words."""
    return meeting_label(meeting.state, current_language())


def join_accountable(view: PlanView, measure: Measure) -> str:
    """Who is accountable, as practitioners write it: «Kim sammen med MAT»."""
    name, helpers = view.responsible_names(measure)
    if not helpers:
        return name
    between = gettext("og")
    others = f" {between} ".join(first(helper) for helper in helpers if helper)
    if not name:
        return others
    return gettext("%(name)s sammen med %(others)s", name=first(name), others=others)


def names_of(view: PlanView) -> dict[str, str]:
    """What ids are called, for the history's sentences."""
    named = {key: human.name for key, human in view.humans.items()}
    texts = {measure.id: measure.text for measure in view.measures}
    units = {unit.id: unit.name for unit in view.parts[UnitView]}
    return {**named, **texts, **units, **names_elsewhere(view), "person": first(view.person.name)}


def deadline_name(view: PlanView, due: DeadlineView) -> str:
    """What falls due, with the measure's number where it is about one."""
    name = code_label("deadline", due.code)
    measure = next((m for m in view.measures if m.id == due.subject_id), None)
    if measure is None:
        return name
    if due.code == DeadlineCode.MEASURE_DUE:
        return gettext("Tiltak %(number)s", number=measure.position)
    return gettext("%(what)s (tiltak %(number)s)", what=name, number=measure.position)


def refusal_names(view: PlanView) -> dict[str, object]:
    """What the sentences of a refusal may name: person, coordinator, office, phone, place and date."""
    asked = next(iter(view.offers), None)
    number = view.unit_phone(view.plan.unit_id)
    return {
        "person": first(view.person.name),
        "coordinator": view.contact.name,
        "office": view.unit_name(view.plan.unit_id),
        "phone": group_digits(number),
        "place": asked.to_name if asked else "",
        "date": oslo_date(asked.expires_at) if asked and asked.expires_at else None,
    }


def event_lines(view: PlanView, events: tuple[EventView, ...]) -> list[HistoryLine]:
    """Events as lines, with who took the step where it is not said."""
    names = names_of(view)
    return [line(event, names, page_of(view, event)) for event in events]


def page_of(view: PlanView, event: EventView) -> str:
    """The page of an event that has one of its own: a review."""
    if event.step_name != REVIEW:
        return ""
    return address_of("staff.reviewed_page", plan_id=view.plan.id, event_id=event.id)


def line(event: EventView, names: dict[str, str], address: str = "") -> HistoryLine:
    """One event: what happened, by whom, and what was written."""
    sentence = event_sentence(event.text, event.words, names, current_language())
    by = event_actor(event.text, names, current_language())
    said = own_words(event.text, event.words, sentence, current_language())
    return HistoryLine(event.at, f"{sentence} ({by})" if by else sentence, said, address)
