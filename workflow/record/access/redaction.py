"""A plan as read, with what one reader does not see taken out; the only place where that is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from workflow.record.models import Measure, Plan
from workflow.record.shapes.plan import (
    OF_RULES,
    AttemptView,
    CalledView,
    ComplaintView,
    DeadlineView,
    DecisionView,
    EventView,
    GoalView,
    HealthNoteView,
    HelperView,
    MeetingView,
    MunicipalityView,
    OfferView,
    ParticipantView,
    PlanParts,
    RepresentativeView,
    Sharing,
    SubPlanView,
    TenureView,
    UnitView,
    WishView,
)
from workflow.rules.sharing.scopes import (
    CALENDAR,
    DOCUMENTS,
    GOALS,
    HEALTH,
    MEASURES,
    MESSAGES,
    UNPLACED,
    Visibility,
)
from workflow.rules.tables.scope_map import (
    PLAN_COLUMNS,
    SCOPE_OF_DEADLINE,
    SCOPE_OF_TABLE,
    is_of_sharing,
    scope_of_row,
    scopes_of_words,
)
from workflow.words.steps.reading_places import SPOKEN_ALONE
from workflow.words.steps.text_places import scopes_of_text

# The scope of each kind of part; nothing: who is here and what is asked of whom, seen by all who
# read. Deadlines, wishes, offers and events are looked at one by one.
SCOPE_OF_PART: Mapping[type[Any], str] = {
    GoalView: GOALS,
    ParticipantView: "",
    TenureView: "",
    Sharing: "",
    HealthNoteView: HEALTH,
    HelperView: MEASURES,
    OfferView: "",
    DeadlineView: "",
    WishView: "",
    MeetingView: CALENDAR,
    CalledView: CALENDAR,
    EventView: "",
    AttemptView: MESSAGES,
    DecisionView: DOCUMENTS,
    ComplaintView: DOCUMENTS,
    SubPlanView: GOALS,
    RepresentativeView: "",
    UnitView: "",
    MunicipalityView: "",
    **dict.fromkeys(OF_RULES, ""),
}
WRITTEN_VIEW = ".written_view"
OF_MEASURE = frozenset({"measure", "accountable"})  # offers whose subject is a measure


def redact_plan(plan: Plan, sight: Visibility) -> Plan:
    """The plan's row without the columns of hidden scopes; the very row where none holds anything.

    The copy belongs to no session: nothing written to it is ever stored.
    """
    empty = {
        name: value
        for scope in sight.hidden
        for name, value in PLAN_COLUMNS.get(scope, {}).items()
        if getattr(plan, name) != value
    }
    return _copy(plan, empty) if empty else plan


def redact_measures(measures: Iterable[Measure], sight: Visibility) -> tuple[Measure, ...]:
    """The measures the reader sees; agreed consequences are of health, hidden goals have no key."""
    kept = (one for one in measures if sight.can_see(MEASURES, one.id))
    return tuple(_narrowed_measure(one, sight) for one in kept)


def _narrowed_measure(one: Measure, sight: Visibility) -> Measure:
    empty: dict[str, object] = {}
    if one.agreed_consequence and HEALTH not in sight.scopes:
        empty["agreed_consequence"] = ""
    if one.goal_id and GOALS not in sight.scopes:
        empty["goal_id"] = None  # it stands among those without a goal: it is not lost with it
    return _copy(one, empty) if empty else one


def redact_rows(rows: Sequence[Any], sight: Visibility) -> Sequence[Any]:
    """Rows of one table under a plan, as far as the reader sees them."""
    if not rows or not sight.hidden:
        return rows
    table = rows[0].__tablename__
    if table == "measure":
        return redact_measures(rows, sight)
    if table == "measure_helper":
        return [one for one in rows if sight.can_see(MEASURES, one.measure_id)]
    if table == "offer" and DOCUMENTS not in sight.scopes:
        empty = {"first_appointment": "", "gaps": "", "asked_because": ""}
        return [_copy(one, empty) for one in rows]
    if table == "meeting" and not sight.can_see(DOCUMENTS):
        rows = [_copy(one, {"minutes": ""}) for one in rows]
    return [one for one in rows if sight.can_see(SCOPE_OF_TABLE.get(table, ""))]


def _copy(row: Any, changed: Mapping[str, object]) -> Any:
    values = {column.key: getattr(row, column.key) for column in row.__table__.columns}
    return type(row)(**{**values, **changed})


def add_asked(sight: Visibility, parts: PlanParts) -> Visibility:
    """The sight with the measures the reader is asked to take over."""
    offers = (one for one in parts[OfferView] if one.id in sight.own)
    asked = {one.subject_id for one in offers if one.kind in OF_MEASURE}
    return replace(sight, own=sight.own | asked) if asked else sight


def redact_parts(parts: PlanParts, sight: Visibility) -> PlanParts:
    """The parts under the plan the reader sees, shape by shape; an unknown shape is nobody's."""
    seen = PlanParts(
        {shape: tuple(_narrowed(shape, rows, sight)) for shape, rows in parts.rows.items()}
    )
    return seen if sight.alone else _for_the_called(seen, parts[CalledView], sight)


def _narrowed(shape: type[Any], rows: Iterable[Any], sight: Visibility) -> Iterable[Any]:
    if shape in OF_RULES:
        return ()
    if shape in ONE_BY_ONE:
        seen = (ONE_BY_ONE[shape](row, sight) for row in rows)
        return (row for row in seen if row is not None)
    return rows if sight.can_see(SCOPE_OF_PART.get(shape, UNPLACED)) else ()


def _helper(helper: HelperView, sight: Visibility) -> HelperView | None:
    return helper if sight.can_see(MEASURES, helper.measure_id) else None


def _deadline(due: DeadlineView, sight: Visibility) -> DeadlineView | None:
    dated = CALENDAR in sight.scopes and sight.can_see(SCOPE_OF_DEADLINE.get(due.code, UNPLACED))
    return due if dated or due.subject_id in sight.own else None


def _wish(wish: WishView, sight: Visibility) -> WishView | None:
    office = sight.letters and wish.to_party_id in (None, sight.letters)
    own = sight.me and sight.me in (wish.from_party_id, wish.to_party_id)
    return wish if office or own or sight.can_see(MESSAGES) else None


def _offer(offer: OfferView, sight: Visibility) -> OfferView | None:
    if offer.id in sight.own:
        return offer
    # What waits for a second human is for her to read: it may name somebody who is let in by nobody yet.
    offer = replace(offer, asked_form="")
    if offer.kind in OF_MEASURE and not sight.can_see(MEASURES, offer.subject_id):
        return None
    if sight.can_see(DOCUMENTS):
        return offer
    return replace(offer, first_appointment="", gaps="", asked_because="")


def _meeting(meeting: MeetingView, sight: Visibility) -> MeetingView | None:
    if not sight.can_see(CALENDAR):
        return None
    return meeting if sight.can_see(DOCUMENTS) else replace(meeting, minutes="")


def _for_the_called(parts: PlanParts, called: Iterable[CalledView], sight: Visibility) -> PlanParts:
    """Without what was written for meetings beforehand that the reader is not called to (need 1.11)."""
    mine = {one.meeting_id for one in called if one.party_id == sight.me}
    mine |= {
        one.id for one in parts[MeetingView] if sight.me in (one.chair_id, one.minute_taker_id)
    }
    return parts.replace(
        {
            MeetingView: tuple(
                one if one.id in mine else replace(one, written_view="")
                for one in parts[MeetingView]
            ),
            EventView: tuple(
                one if one.subject_id in mine else _without_view(one) for one in parts[EventView]
            ),
        }
    )


def _without_view(event: EventView) -> EventView:
    """An event without the words that were written for a meeting."""
    words = {key: said for key, said in event.words.items() if not key.endswith(WRITTEN_VIEW)}
    return event if len(words) == len(event.words) else replace(event, words=words)


def _event(event: EventView, sight: Visibility) -> EventView | None:
    if not sight.can_see(scope_of_row(event.step_name), event.subject_id):
        return None
    if is_of_sharing(event.step_name) and not sight.sharing:
        return None
    return replace(event, words=redact_words(event.step_name, event.words, sight, event.subject_id))


ONE_BY_ONE: Mapping[type[Any], Callable[[Any, Visibility], Any]] = {
    HelperView: _helper,
    DeadlineView: _deadline,
    WishView: _wish,
    OfferView: _offer,
    MeetingView: _meeting,
    EventView: _event,
}


def redact_words(
    step_name: str, words: Mapping[str, str], sight: Visibility, subject_id: str | None
) -> dict[str, str]:
    """An event's words without those of hidden scopes, by what they are called and by their step."""

    def seen(key: str) -> bool:
        needed = {*scopes_of_words(key), *scopes_of_text(step_name, key)}
        return all(can_see_word(scope, sight, subject_id) for scope in needed)

    return {key: said for key, said in words.items() if seen(key)}


def can_see_word(scope: str, sight: Visibility, subject_id: str | None) -> bool:
    """Whether words of a scope are seen; about one's own measure all but what is of health."""
    if scope == SPOKEN_ALONE:
        return sight.alone
    return scope in sight.scopes if scope != MEASURES else sight.can_see(scope, subject_id)
