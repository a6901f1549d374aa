"""What somebody said, chose or is stands in no form before somebody has answered: every field with a default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from pydantic import BaseModel
from werkzeug.datastructures import MultiDict

from tests.web.filling import form_of, unfilled
from tests.web.plan_world import Enter, make, used
from web.forms import model_forms
from web.staff.lists import decision, report_need
from workflow.acts.base.form_fields import is_answer, missing_answers
from workflow.acts.base.registry import ACTS
from workflow.acts.entry.composites import form_of as form_of_step
from workflow.rules.names.steps import CompositeStep, MeasureStep, MeetingStep, PlanStep
from workflow.words.steps.catalogue import URLS

# Fields that hold something before anybody has answered, and why that says nothing of anybody.
PRESET: Mapping[str, str] = {
    "pen_holder": "as it stands in the record",
    "level": "which system a helper is of; nothing follows from it",
    "what": "both parts of what one who leaves had: a named human takes them over by this press",
    "answers": "an empty form, as JSON",
    "content": "no file",
    "leaves": "hidden: who takes this form leaves, and the page before said so",
}
BY_STEP: Mapping[tuple[str, str], str] = {
    (MeetingStep.PLAN, "kind"): "a small meeting unless more is wanted",
    (PlanStep.VOLUNTEER_WITH_COMPANION, "kind"): "the step's own name says it",
}
OWN_FORMS = (report_need.ReportForm, report_need.ArrivalForm, decision.Reply)


def forms() -> Iterator[tuple[str, type[BaseModel]]]:
    """Every form that people fill in: acts, several acts in one go, and the pages' own."""
    # A plan that is brought in is a file, and on no page.
    yield from ((name, one.form) for name, one in ACTS.items() if name != PlanStep.BRING_IN)
    yield from ((name, form_of_step(name)) for name in CompositeStep)
    yield from ((form.__name__, form) for form in OWN_FORMS)


def preset(form: type[BaseModel]) -> Iterator[str]:
    """The fields of a form whose default says something, and that want no answer of their own."""
    for name, info in form.model_fields.items():
        default = None if info.is_required() else info.get_default(call_default_factory=True)
        if default not in (None, "", False, []) and not is_answer(info):
            yield name


@pytest.mark.parametrize(("name", "form"), list(forms()), ids=lambda one: str(one)[:40])
def test_a_default_says_nothing_of_anybody(name: str, form: type[BaseModel]) -> None:
    said = {field for field in preset(form) if field not in PRESET and (name, field) not in BY_STEP}
    assert said == set()


@pytest.mark.parametrize(("name", "form"), list(forms()), ids=lambda one: str(one)[:40])
def test_a_question_that_wants_an_answer_stands_open_and_is_not_left_out(
    app: Flask, name: str, form: type[BaseModel]
) -> None:
    wants = set(missing_answers(form, ()))
    with app.test_request_context():
        shown = model_forms.show(form)
        sent = model_forms.read(form, MultiDict())
    assert all(not one.values for one in shown.fields if one.name in wants)
    assert wants <= {one.name for one in sent.fields if one.errors}


# What a page may tick beforehand, and why.
TICKED = {
    "party_ids": "who was called last time: a proposal of whom to call, which the person approves",
    "helper_ids": "who helps now",
    "scopes": "what is shared with them now",
}
STEPS: tuple[str, ...] = (*ACTS, *CompositeStep)


@pytest.mark.parametrize("who", ["mona", "oda", "liv"])
def test_no_page_ticks_or_chooses_an_answer(app: Flask, who: str) -> None:
    world = make(app)
    plan = used(world)
    measure = world.measured(plan)
    meeting: Any = world.take("mona", MeetingStep.PLAN, plan, starts_on=world.days(9), place="Her")
    browser = Enter(app, world)(who)
    seen = set()
    for name in STEPS:
        subject = {"measure": measure, "meeting": meeting.subject_id}.get(name.partition(".")[0])
        page = browser.get(f"/plan/{plan}/steg/{URLS.get(name, 'x')}?subject={subject or ''}")
        html = page.get_data(as_text=True)
        main = html.partition("<main")[2].partition("</main>")[0]
        if page.status_code != 200 or 'method="post"' not in main:
            continue
        seen.add(name)
        answers = unfilled(form_of(html))
        model = form_of_step(name)
        for field, info in model.model_fields.items():
            chosen = [one for one in answers.get(field, []) if one]
            widget = (info.json_schema_extra or {}).get("widget")  # type: ignore[union-attr]
            if widget in ("line", "textarea", "date", "time", "hidden") or field in TICKED:
                continue
            assert not chosen or field in PRESET or (name, field) in BY_STEP, (name, field, chosen)
    assert seen


def test_a_yes_is_not_ticked_for_a_new_measure(app: Flask) -> None:
    """«Muntlig» and «Den ansvarlige sa ja»: one unread press wrote a yes that nobody gave."""
    world = make(app)
    plan = used(world)
    browser = Enter(app, world)("mona")
    where = f"/plan/{plan}/steg/{URLS[CompositeStep.AGREE_IN_MEETING]}"
    html = browser.get(where).get_data(as_text=True)
    answers = unfilled(form_of(html))
    assert not {"agreed_how", "agreed_by", "accountable_said_yes"} & set(answers)
    assert MeasureStep.AGREE in STEPS
