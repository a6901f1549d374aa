"""Whom a report is about: found in the register or added to it, or who may be the same; no plan is told of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from web.both.step_controller import Answer, StepRequest, respond_to_post
from web.forms import model_forms, pickers
from web.forms.model_forms import WebForm
from web.forms.namesakes import Candidate, label_candidates
from web.page.formats import day
from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.doorbell import ring_workers
from web.request.template_globals import current_settings
from web.request.translate import N_, gettext
from workflow.acts.base.form_fields import Id, ask
from workflow.acts.base.registry import ACTS
from workflow.acts.people import register
from workflow.acts.people.register import LookAlike, NewParty
from workflow.rules.engine.denials import PlanMoved

ANOTHER = "another"
TRIES = 3
Picks = dict[str, list[tuple[str, str]]]


class About(NewParty):
    """Somebody as the reporter knows them, and the answer where the register knows one alike."""

    same_as: Id | None = ask(N_("Er det en av disse?"), "choice", None)


Model = TypeVar("Model", bound=About)


def blank(model: type[Model]) -> WebForm[Model]:
    """The empty form."""
    return without_empty_question(model_forms.show(model, choices=picker_choices(model)))


def report(
    model: type[Model],
    step_name: str,
    data: MultiDict[str, str],
    done: Callable[[object], Response],
    draw: Callable[[WebForm[Any]], str],
) -> Answer:
    """Reports what was posted and leads on, or draws the form with what stands in the way."""
    with open_unit() as session:
        # Somebody of the register may be named only among those who are offered again here.
        given = model_forms.read(model, data, choices=picker_choices(model))
        alike = look_alikes(session, given)
        form = model_forms.read(model, data, choices=picker_choices(model, alike))
    if form.value is not None and alike and not form.value.same_as:
        form = form.with_error(gettext("Se om det er en av disse."), "same_as")
    offered_again = frozenset(party.party_id for party in alike)
    return respond_to_post(
        form,
        lambda value: store(step_name, value, offered_again),
        done,
        lambda kept, _: draw(without_empty_question(kept)),
    )


def without_empty_question(form: WebForm[Model]) -> WebForm[Model]:
    """The question of who it may be stands there only when there is somebody."""
    shown = tuple(f for f in form.fields if f.name != "same_as" or f.choices)
    return replace(form, fields=shown)


def look_alikes(session: Session, form: WebForm[Any]) -> Sequence[LookAlike]:
    """Who may be the same as the one described; nobody where a national id says who it is."""
    if form.value is None or not form.value.name or form.value.national_id:
        return ()
    return register.look_alikes(session, form.value)


def picker_choices(model: type[BaseModel], alike: Sequence[LookAlike] = ()) -> Picks:
    """The answers of the pickers, with those who may be the same."""
    where = pickers.Where(db_session(), now())
    same = label_candidates(Candidate(party.party_id, describe(party)) for party in alike)
    other = [(ANOTHER, gettext("Nei, det er en annen"))] if same else []
    return {**pickers.choices_of(model, where), "same_as": [*same, *other]}


def describe(party: LookAlike) -> str:
    """Somebody in the register, by nothing but what the reporter has just written."""
    if party.born_on is None:
        return party.name
    return gettext("%(name)s, født %(day)s", name=party.name, day=day(party.born_on))


def store(step_name: str, given: About, alike: frozenset[str]) -> None:
    """The person and the step in one transaction; tried again where two reports met.

    Raises Refused, BadInput, PlanMoved.
    """
    for left in reversed(range(TRIES)):
        try:
            with open_unit() as session:
                form = form_of(session, step_name, given, alike)
                StepRequest(step_name).take_in(session, form)
            break
        except (IntegrityError, PlanMoved):
            if not left:
                raise
    ring_workers()


def form_of(session: Session, step_name: str, given: About, alike: frozenset[str]) -> BaseModel:
    """The step's own form, with the person found or added. Raises BadInput."""
    wanted = ACTS[step_name].form
    mine = wanted.model_fields.keys() & type(given).model_fields.keys()
    known = {name: getattr(given, name) for name in mine}
    return wanted(**{**known, "person_id": person_of(session, given, alike)})


def person_of(session: Session, given: About, alike: frozenset[str]) -> str | None:
    """The key of the person: the same as before, or new in the register. Raises BadInput."""
    if not given.name:
        return None
    if given.same_as in alike:
        return given.same_as
    known = current_settings()
    number = register.check_national_id(given.national_id, synthetic_only=not known.production)
    key = known.identity_key.get_secret_value()
    digest = register.digest_national_id(key, number) if number else ""
    party_id = register.find_by_national_id(session, digest)
    return party_id or register.create(session, given, digest, now())
