"""What the person shares, for the coordinator: with whom, given by whom, until when, talked about when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from web.page.consent_fields import seen_words
from web.page.formats import day
from web.page.view_models import StepButton
from web.request.language import current_language
from web.request.translate import N_, gettext
from web.staff.steps.step_buttons import Buttons
from workflow.acts.base.form_fields import AGREED_HOW
from workflow.record.shapes.plan import Sharing
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import BY_ROLE
from workflow.words.labels.scopes import giver_words

CAME_BY = {**dict(AGREED_HOW), "brought": N_("Planen som ble hentet inn")}


@dataclass(frozen=True)
class ConsentLine:
    """One receiver: what they see, the facts of the consent as lines, and what can be done."""

    name: str
    sees: str
    facts: tuple[str, ...]
    paper: str
    steps: tuple[StepButton, ...]


def lines(buttons: Buttons) -> list[ConsentLine]:
    """Every consent in force, for whoever coordinates; nobody else sees what others were given."""
    if not buttons.coordinates:
        return []
    view = buttons.view
    shares: dict[str, list[Sharing]] = {}
    for one in sorted(view.sharing, key=lambda one: one.from_at):
        if one.receiver_id:
            shares.setdefault(one.receiver_id, []).append(one)
    return [line(buttons, *each) for each in sorted(shares.items(), key=lambda e: view.name(e[0]))]


def line(buttons: Buttons, party_id: str, shares: Sequence[Sharing]) -> ConsentLine:
    """What one receiver sees, with each yes and each task that it rests on."""
    view = buttons.view
    paper = ""
    for one in shares:
        if one.document_id:
            paper = url_for("staff.signed_copy", plan_id=view.plan.id, document_id=one.document_id)
    allows, about = buttons.of_plan.allows, view.name(party_id)
    wanted = [
        step_name
        for step_name in (
            PlanStep.TALK_ABOUT_SHARING,
            PlanStep.GIVE_CONSENT,
            PlanStep.KEEP_SIGNED_COPY,
        )
        if allows(step_name)
    ]
    if paper and PlanStep.KEEP_SIGNED_COPY in wanted:
        wanted.remove(PlanStep.KEEP_SIGNED_COPY)
    names = {PlanStep.GIVE_CONSENT: gettext("Endre")}
    steps = tuple(
        buttons.step(step_name, about=about, party_id=party_id, label=names.get(step_name, ""))
        for step_name in wanted
    )
    seen = seen_words(frozenset[str]().union(*(one.scopes for one in shares)))
    known = tuple(fact for one in shares for fact in facts(one))
    return ConsentLine(about, seen, known, paper, steps)


def facts(one: Sharing) -> list[str]:
    """Given by whom and how, from when and until when, and when it was last talked about."""
    how = {code: gettext(words) for code, words in CAME_BY.items()}.get(one.source, "")
    given = ", ".join(filter(None, (giver_words(one.given_as, current_language()), how.lower())))
    sentences = [gettext("Ja fra: %(who)s", who=given)] if given else []
    if one.source == BY_ROLE:
        sentences = [gettext("Følger av oppgaven i planen, og slutter sammen med den")]
    if one.until_at:
        sentences.append(
            gettext("Fra %(day)s til %(last)s", day=day(one.from_at), last=day(one.until_at))
        )
    else:
        sentences.append(gettext("Fra %(day)s, uten sluttdato", day=day(one.from_at)))
    if one.last_discussed_on:
        sentences.append(gettext("Sist snakket om: %(day)s", day=day(one.last_discussed_on)))
    if one.discuss_again_on:
        sentences.append(gettext("Tas opp igjen: %(day)s", day=day(one.discuss_again_on)))
    if one.kept_from_parents:
        sentences.append(gettext("Foreldrene får ikke vite om dette. Barnet har bedt om det."))
    return sentences


def list_relatives(buttons: Buttons) -> list[tuple[str, str]]:
    """(name, what they see) of each relative who is shared with, for the review (2.6)."""
    view = buttons.view
    near = {one.party_id: one.name for one in view.participants if one.kind == "relative"}
    return [
        (near[one.receiver_id], seen_words(one.scopes))
        for one in view.sharing
        if one.receiver_id in near
    ]
