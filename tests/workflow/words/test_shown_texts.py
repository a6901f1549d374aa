"""Every free text of every form says where it is read or is internal, with its reason."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.acts.base.form_fields import SPOKEN, Form
from workflow.acts.base.registry import ACTS
from workflow.acts.entry import catalogue
from workflow.rules.sharing.scopes import EVERYTHING
from workflow.words.steps.catalogue import WORDS
from workflow.words.steps.reading_places import SPOKEN_ALONE, Internal, ShownText, Where

assert catalogue.MODULES


def texts_of(form: type[Form]) -> Iterator[str]:
    """The fields that people answer in their own words; one without a question is nobody's text."""
    for name, info in form.model_fields.items():
        asked = info.json_schema_extra
        if isinstance(asked, dict) and asked.get("widget") in SPOKEN and info.title:
            yield name


def declared() -> Iterator[tuple[str, str, Where]]:
    """Step, field and where it is read."""
    for step_name, said in WORDS.items():
        for name, where in said.shows.items():
            yield step_name, name, where


def test_every_text_of_a_form_says_where_it_is_read_and_nothing_else_does() -> None:
    asked = {(step_name, name) for step_name, act in ACTS.items() for name in texts_of(act.form)}
    said = {(step_name, name) for step_name, name, _ in declared()}
    assert sorted(asked - said) == [] and sorted(said - asked) == []


def test_what_is_shown_has_a_place_and_known_scopes() -> None:
    for step_name, name, where in declared():
        if isinstance(where, ShownText):
            assert where.places and where.scopes <= EVERYTHING | {SPOKEN_ALONE}, (step_name, name)
        if isinstance(where, Internal):
            assert where.reason, (step_name, name)
