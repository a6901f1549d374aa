"""Tests that a part of a plan gives its shape's fields, and that a declaration which does not fit is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from sqlalchemy.orm import Session

from tests.canaries import aviary
from tests.servers.databases import Database
from tests.world import AGREED, make_world
from workflow.record import models
from workflow.record.plan.part_columns import (
    GATHERED,
    ParsedColumn,
    PartsQuery,
    PlanPart,
    Source,
    UnfitPart,
)
from workflow.record.plan.parts_query import PARTS, day_told, event_text, read_parts
from workflow.record.shapes.plan import (
    AttemptView,
    CalledView,
    ComplaintView,
    DataRequestView,
    DeadlineView,
    DecisionView,
    EventView,
    GoalView,
    HealthNoteView,
    HelperView,
    LastStepView,
    Mark,
    MeetingView,
    MunicipalityView,
    OfferView,
    OtherPlanView,
    ParticipantView,
    PartyId,
    Prose,
    RepresentativeView,
    Sharing,
    SubPlanView,
    TenureView,
    UnitView,
    WishView,
    marked_fields,
)
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import scopes_of

STORED_IN: Mapping[type[Any], type[models.Base]] = {
    GoalView: models.Goal,
    ParticipantView: models.Participant,
    Sharing: models.Consent,
    HealthNoteView: models.HealthNote,
    OfferView: models.Offer,
    DeadlineView: models.Deadline,
    WishView: models.Wish,
    MeetingView: models.Meeting,
    EventView: models.Event,
    AttemptView: models.Event,
    DecisionView: models.Decision,
    ComplaintView: models.Complaint,
    SubPlanView: models.SubPlan,
    UnitView: models.Unit,
    LastStepView: models.Event,
    DataRequestView: models.DataRequest,
}
WITHOUT_KEY = {
    TenureView,
    HelperView,
    CalledView,
    RepresentativeView,
    MunicipalityView,
    OtherPlanView,
}
CALLED_OTHERWISE = {"at": "recorded_at"}
NOT_AS_STORED = {
    (EventView, "text"),
    (EventView, "words"),
    (LastStepView, "text"),
    (AttemptView, "told_on"),
    (Sharing, "scopes"),
    (MeetingView, "called"),
}
PROSE = {
    GoalView: "own_words clarified condition",
    ParticipantView: "name role organisation phone can_do",
    HealthNoteView: "words",
    OfferView: "to_name first_appointment gaps asked_because asked_form",
    WishView: "words",
    MeetingView: "place agenda written_view support_person minutes",
    CalledView: "reason stand_in",
    DecisionView: "reasons archive_case",
    ComplaintView: "words",
    SubPlanView: "title owner_system link responsible",
    RepresentativeView: "acts",
}
NAMED = {
    ParticipantView: "party_id",
    TenureView: "party_id",
    Sharing: "receiver_id recorded_by",
    HealthNoteView: "written_by",
    HelperView: "party_id",
    OfferView: "to_party_id from_party_id",
    WishView: "from_party_id to_party_id",
    MeetingView: "chair_id minute_taker_id",
    CalledView: "party_id",
    EventView: "actor_id",
    DecisionView: "made_by",
    RepresentativeView: "party_id",
    LastStepView: "actor_id",
}


def test_a_shape_gives_what_is_stored(fresh_database: Database) -> None:
    """Each field of each row, beside the row as the record has it; every kind of value at least once."""
    birds = aviary(make_world(fresh_database.engine))
    birds.world.take("mona", PlanStep.TRIED_TO_REACH, birds.plan)
    unit = birds.world.unit["nav"]
    birds.world.take(
        "mona", PlanStep.OFFER_TRANSFER, birds.plan, to_unit_id=unit, gaps="Bolig", **AGREED
    )
    birds.world.take("kim", PlanStep.COMPLAIN, birds.plan, about="content", words="Urett")
    birds.world.take("kim", PlanStep.ASK_FOR_CORRECTION, birds.plan, words="Jeg er født i mai")
    with Session(fresh_database.engine) as session:
        parts = read_parts(session, birds.plan, birds.world.now, 500)
        # Another open plan beside this one: of a duplicate, below.
        assert [shape for shape, rows in parts.rows.items() if not rows] == [OtherPlanView]
        for shape, model in STORED_IN.items():
            for row in parts[shape]:
                assert shown_as_stored(shape, row, session.get_one(model, row.id)), shape
        for shape in WITHOUT_KEY:
            assert all(has_its_types(row) for row in parts[shape]), shape
        event = parts[EventView][-1]
        assert event.text == event_text(session.get_one(models.Event, event.id).text)
        assert any(one.words for one in parts[EventView])
        last = max(parts[EventView], key=lambda one: one.seq)
        assert last.text in [one.text for one in parts[LastStepView]]
        tries = [session.get_one(models.Event, one.id).text for one in parts[AttemptView]]
        assert [one.told_on for one in parts[AttemptView]] == [day_told(text) for text in tries]


def test_another_open_plan_is_told_of_without_saying_which(fresh_database: Database) -> None:
    world = make_world(fresh_database.engine)
    first = world.requested()
    second = world.take(
        "ali", PlanStep.REPORT_NEED, person_id=world.party["kim"], why="Gjeld", **AGREED
    ).plan_id
    assert second
    with Session(fresh_database.engine) as session:
        beside = {
            plan: read_parts(session, plan, world.now, 0)[OtherPlanView] for plan in (first, second)
        }
    # A duplicate does not count as another open plan.
    assert beside == {first: (), second: (OtherPlanView(),)}


def shown_as_stored(shape: type[Any], row: Any, stored: Any) -> bool:
    plain = [one.name for one in fields(shape) if (shape, one.name) not in NOT_AS_STORED]
    told = {name: getattr(row, name) for name in plain}
    kept = {name: getattr(stored, CALLED_OTHERWISE.get(name, name)) for name in plain}
    return told == kept and has_its_types(row)


def has_its_types(row: Any) -> bool:
    """Whether every value is of its annotation's type."""
    hints = get_type_hints(type(row))
    return all(
        type(getattr(row, name)) in {get_origin(one) or one for one in (hint, *get_args(hint))}
        or isinstance(getattr(row, name), Mapping)
        for name, hint in hints.items()
    )


def test_every_part_is_stored_somewhere() -> None:
    assert {*STORED_IN, *WITHOUT_KEY} == set(PARTS.shapes)


def test_what_people_wrote_and_who_is_named_is_marked() -> None:
    """Written down a second time: a mark that is lost would show a protected place."""
    for mark, expected in ((Mark.PROSE, PROSE), (Mark.PARTY, NAMED)):
        marked = {shape: " ".join(marked_fields(shape, mark)) for shape in PARTS.shapes}
        assert {shape: names for shape, names in marked.items() if names} == expected


@dataclass(frozen=True, slots=True)
class Slip:
    """A shape of this test: a goal in short."""

    id: str
    words: Prose
    done_by: PartyId | None
    scopes: frozenset[str]
    many: tuple[str, ...] = ()


FITTING: Mapping[str, Source] = {
    "id": models.Goal.id,
    "words": models.Goal.own_words,
    "done_by": models.Tenure.party_id,
    "scopes": ParsedColumn(models.Consent.scopes, scopes_of),
    "many": GATHERED,
}


def test_columns_are_allotted_by_type() -> None:
    slip = PlanPart(Slip, **FITTING)
    asked = PlanPart(
        DataRequestView, id=models.DataRequest.id, longer_at=models.DataRequest.longer_at
    )
    assert slip.slots == ["text_1", "text_2", "text_3", "text_4"]
    assert asked.slots == ["text_1", "instant_1"]
    assert list(PartsQuery((asked, slip)).slots) == [*slip.slots, "instant_1"]


@pytest.mark.parametrize(
    ("field", "source", "said"),
    [
        ("id", models.Goal.position, "Slip.id: .*str.* gives .*int"),
        ("id", models.Wish.subject_id, "Slip.id: .*str.* gives .*None"),
        ("id", models.Goal.own_words, "Slip.id: .*Prose"),
        ("id", models.MeasureHelper.party_id, "Slip.id: .*PartyId"),
        ("done_by", models.MeasureHelper.party_id, "Slip.done_by: .*Optional.* gives .*str"),
        ("scopes", models.Consent.scopes, "Slip.scopes: .*frozenset.* gives .*str"),
        (
            "scopes",
            ParsedColumn(models.Consent.scopes, event_text),
            "Slip.scopes: .* gives .*Mapping",
        ),
        ("scopes", ParsedColumn(models.Consent.scopes, str.split), "Slip.scopes: .* gives None"),
        ("scopes", GATHERED, "Slip: gathered fields stand last and have a default"),
        ("more", models.Goal.id, "Slip: .* more"),
        ("words", None, "Slip: .* words"),
        ("many", None, "Slip: .* many"),
    ],
)
def test_what_does_not_fit_is_refused(field: str, source: Source | None, said: str) -> None:
    """A wrong type, nothing where something must be, a mark too few, a column too many or too few."""
    sources = {name: one for name, one in FITTING.items() if name != field}
    with pytest.raises(UnfitPart, match=said):
        PlanPart(Slip, **sources, **({} if source is None else {field: source}))
