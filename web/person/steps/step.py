"""One step of the person's as a calm page: the few fields that are hers to answer, and one button."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import abort, flash, redirect, request, url_for
from pydantic import BaseModel
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from web.both.step_controller import Answer, StepRequest, explain_problems, respond_to_post
from web.forms import model_forms, pickers
from web.forms.model_forms import FormField, WebForm
from web.hints.catalogue import hints_of, person_page
from web.hints.step_hints import PersonPage
from web.page.consent_fields import current_choice, unasked_fields
from web.page.refusals import reason_of
from web.page.view_models import StepButton
from web.person.base.blueprint import on_persons_side, pages, render_person_page, view_of
from web.person.steps.step_links import ask_link
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now
from web.request.database import db_session
from web.request.translate import gettext
from workflow.acts.base.registry import ACTS
from workflow.acts.entry.composites import why_not_any
from workflow.record.access.open_plan import OpenPlan
from workflow.record.models import Consent, Measure, Meeting
from workflow.record.plan.view import PlanView, read_humans
from workflow.record.shapes.plan import NOBODY
from workflow.rules.engine.denials import BadInput, Denial, PlanlopError
from workflow.rules.engine.transition import Transition
from workflow.rules.names.steps import MeetingStep, PlanStep
from workflow.rules.sharing.scopes import CALENDAR, MEASURES
from workflow.rules.tables import TRANSITIONS
from workflow.words.steps.catalogue import WORDS, step_words
from workflow.words.text.sentence import PERSON


@pages.get("/min/<plan_id>/steg/<step:step_name>")
@pages.get("/min/<plan_id>/steg/<step:step_name>/<of>")
@access_guards.plan_route("read", "read_summary", kind="person-step")
def step(opened: OpenPlan, step_name: str, of: str | None = None) -> str:
    """The step's few questions, or why it is not open now."""
    row = own_step(opened, step_name, of)
    denied = why_not_any(
        db_session(),
        current_actor(),
        row.name,
        plan_id=opened.plan.id,
        subject_id=of,
        now=now(),
    )
    if denied:
        return not_open_page(opened, row, of, denied)
    given = {name: value for name, value in request.args.items() if name != "version"}
    known = {**stored_values(opened, row, of), **given}
    version = version_of(opened, row, of) if person_page(row.name).keeps_version else None
    form = model_forms.show(
        model_of(row),
        known,
        choices=picker_choices(opened, row, of),
        version=version,
        only=set(asked_fields(row, given)) - fields_left_out(opened, row, given),
        voice="person",
    )
    return step_page(opened, row, of, form, given)


def not_open_page(
    opened: OpenPlan, row: Transition, of: str | None, denied: Sequence[Denial]
) -> str:
    """Why the step is not open now: nobody is to write what would be refused."""
    if of is not None:
        subject(opened, row, of)
    view = view_of(opened)
    return render_person_page(
        "not_open.html",
        opened,
        view,
        title=gettext(step_words(row.name, PERSON)),
        about=next((one.text for one in view.measures if one.id == of), ""),
        reasons=list(dict.fromkeys(reason_of(one).words for one in denied)),
        back=where_from(opened, row),
    )


def where_from(opened: OpenPlan, row: Transition) -> str:
    """The page that the step belongs to."""
    after = person_page(row.name).after if on_persons_side(opened) else "person.home"
    return url_for(after, plan_id=opened.plan.id)


@pages.post("/min/<plan_id>/steg/<step:step_name>")
@pages.post("/min/<plan_id>/steg/<step:step_name>/<of>")
@access_guards.plan_route("read", "read_summary", kind="person-step")
def take(opened: OpenPlan, step_name: str, of: str | None = None) -> Answer:
    """Takes the step, or says kindly why it is not open now; nothing typed is lost."""
    row = own_step(opened, step_name, of)
    step = StepRequest(row.name, opened.plan.id, of)
    posted = request.form.copy()
    sent = [name for name in model_of(row).model_fields if any(posted.getlist(name))]
    choices = picker_choices(opened, row, of, sent)
    copy_words(row, posted, choices)
    form = model_forms.read(model_of(row), posted, choices=choices, voice="person")

    def whole() -> WebForm[Any]:
        return model_forms.read(
            model_of(row), posted, choices=picker_choices(opened, row, of), voice="person"
        )

    return respond_to_post(
        form,
        lambda value: step.take(value, form.version),
        lambda _: lead_back(opened, row),
        lambda kept, _: again(opened, row, of, kept, posted),
        whole=whole,
        explain=kindly,
        step=step,
    )


def again(
    opened: OpenPlan,
    row: Transition,
    of: str | None,
    form: WebForm[Any],
    posted: MultiDict[str, str],
) -> str:
    """The page with what was posted: its own fields to be changed, the rest kept as it came."""
    names = tuple(
        name
        for name in asked_fields(row, posted)
        if name not in fields_left_out(opened, row, posted)
    )
    kept = {name: value for name, value in posted.items() if name not in names}
    shown = replace(form, fields=tuple(f for f in form.fields if f.name in names))
    return step_page(opened, row, of, gather_errors(form, shown), kept)


def gather_errors(whole: WebForm[Any], shown: WebForm[Any]) -> WebForm[Any]:
    """Errors of fields that this page does not show, said for the whole instead."""
    names = {one.name for one in shown.fields}
    for one in whole.fields:
        for words in one.errors if one.name not in names else ():
            shown = shown.with_error(words)
    return shown


def lead_back(opened: OpenPlan, row: Transition) -> Response:
    """Back to where the person was, with a word that it is done."""
    asked_back = request.form.get("_after", "")
    question = person_page(row.name)
    flash(gettext(WORDS[row.name].done))
    after = asked_back if asked_back in AFTER else question.after
    after = after if on_persons_side(opened) else "person.home"
    return redirect(url_for(after, plan_id=opened.plan.id), 303)


AFTER = frozenset({"person.home", "person.plan", "person.sharing", "person.meeting"})


def own_step(opened: OpenPlan, step_name: str, of: str | None) -> Transition:
    """The row, if the reader may be asked it here; whether it is open now the engine says.

    404 for what is no step of the plan's pages, and where the address names a measure or meeting
    for a step that is about none, or none for one that is about it.
    """
    row = TRANSITIONS.get(step_name)
    if row is None or (row.machine == "plan" and row.creates) or bool(of) != row.has_subject:
        abort(404)
    if not is_asked_here(opened, row):
        abort(404)
    return row


def is_asked_here(opened: OpenPlan, row: Transition) -> bool:
    """Whether these pages ask the reader the step: the person her own, those around what they may be asked."""
    hints = hints_of(row.name)
    if on_persons_side(opened):
        return row.persons_own or hints.about_me
    return hints.around


def model_of(row: Transition) -> type[BaseModel]:
    """The act's form."""
    return ACTS[row.name].form


def asked_fields(row: Transition, given: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields the page shows: those of the question, less what is answered already."""
    known = hints_of(row.name).person
    names = known.only if known else tuple(model_of(row).model_fields)
    return names if request.method == "POST" else tuple(n for n in names if n not in given)


def fields_left_out(opened: OpenPlan, row: Transition, given: Mapping[str, Any]) -> frozenset[str]:
    """What is not asked of a sharing: with whom, where that is known, and a child's words of an adult."""
    if row.name != PlanStep.GIVE_CONSENT:
        return frozenset()
    # What the child says is asked of those who say yes in the child's place.
    left = {"child_said"} if "person" in opened.relations else unasked_fields(view_of(opened), True)
    return frozenset({*left, "party_id"} if given.get("party_id") else left)


def picker_choices(
    opened: OpenPlan, row: Transition, of: str | None, only: Container[str] | None = None
) -> dict[str, list[tuple[str, str]]]:
    """What the pickers of the step offer, or those of the fields named."""
    where = pickers.Where(db_session(), now(), opened.plan.id, of, opened.visibility)
    choices = pickers.choices_of(model_of(row), where, only)
    # The person comes to her own meetings; she is not asked whether to call herself.
    if row.name == MeetingStep.PLAN and "party_ids" in choices:
        choices["party_ids"] = [
            one for one in choices["party_ids"] if one[0] != opened.plan.person_id
        ]
    return choices


def copy_words(
    row: Transition, posted: MultiDict[str, str], choices: Mapping[str, Sequence[tuple[str, str]]]
) -> None:
    """Whoever the person names is her wish too, so that she need not write the name as well."""
    target, source = hints_of(row.name).named_by
    if target:
        names = dict(choices.get(source, ()))
        if not posted.get(target) and posted.get(source) in names:
            posted[target] = names[posted[source]]


def stored_values(opened: OpenPlan, row: Transition, of: str | None) -> dict[str, Any]:
    """What the fields hold before: the words that the step changes. Raises 404 for another's."""
    if row.name == PlanStep.GIVE_CONSENT:
        return current_choice(view_of(opened), request.values.get("party_id"))
    if row.machine == "plan":
        names = ("most_important", "limits") if row.name == PlanStep.SET_WHAT_MATTERS else ()
        return {name: getattr(opened.plan, name) for name in names}
    if of is None:
        return {}
    target = subject(opened, row, of)
    return {n: getattr(target, n) for n in person_page(row.name).only if hasattr(target, n)}


def subject(opened: OpenPlan, row: Transition, of: str) -> Measure | Meeting:
    """The measure or meeting the step is about; 404 where it belongs to another plan."""
    session = db_session()
    target = session.get(Measure, of) if row.machine == "measure" else session.get(Meeting, of)
    if target is None or target.plan_id != opened.plan.id or not is_shared(opened, row, of):
        abort(404)
    return target


def is_shared(opened: OpenPlan, row: Transition, of: str) -> bool:
    """Whether the measure or meeting is shared with the reader, hers to do, or asked of her."""
    scope = MEASURES if row.machine == "measure" else CALENDAR
    if opened.visibility.can_see(scope, of):
        return True
    return scope == MEASURES and any(one.id == of for one in view_of(opened).measures)


def version_of(opened: OpenPlan, row: Transition, of: str | None) -> int | None:
    """The version that the words on the page are of."""
    if row.machine == "plan":
        return opened.plan.row_version
    return subject(opened, row, of).version if of else None


def kindly(form: WebForm[Any], stopped: PlanlopError) -> WebForm[Any]:
    """The form as every page explains it, but what is missing in kinder words."""
    if not isinstance(stopped, BadInput):
        return explain_problems(form, stopped)
    for name, _, _ in stopped.problems:
        if name == "agreement_id":
            form = form.with_error(gettext("Det er ikke skrevet at du har sagt ja til noe."))
            continue
        known = name in {one.name for one in form.fields}
        form = form.with_error(gettext("Skriv noen få ord her."), name if known else "")
    return form


def word_field(shown: FormField, question: PersonPage) -> FormField:
    """A field in the person's wording, open to view; "optional" stands only where it is."""
    label = question.labels.get(shown.name)
    needed = shown.required or shown.name in question.needs or shown.widget == "choice"
    return replace(
        shown, label=gettext(label) if label else shown.label, required=needed, folded=False
    )


def about_whom(view: PlanView, row: Transition, party_id: str) -> str:
    """Whose sharing it is: somebody around the plan, or who was; nobody else's name is shown."""
    if row.name not in (PlanStep.GIVE_CONSENT, PlanStep.STOP_SHARING_WITH):
        return ""
    ever = select(Consent.id).where(
        Consent.plan_id == view.plan.id,
        Consent.receiver_id == party_id,
    )
    if not view.name(party_id) and db_session().execute(ever.limit(1)).first() is None:
        return ""
    return read_humans(db_session(), {party_id}, now()).get(party_id, NOBODY).name


def instead(opened: OpenPlan, question: PersonPage, given: Mapping[str, str]) -> StepButton | None:
    """The step that fits better, about the same thing."""
    step_name, words = question.instead
    if not step_name or not is_asked_here(opened, TRANSITIONS[step_name]):
        return None
    fields = ACTS[step_name].form.model_fields
    known = {name: given[name] for name in fields if name.endswith("_id") and name in given}
    return ask_link(step_name, label=gettext(words), **known)


def step_page(
    opened: OpenPlan, row: Transition, of: str | None, form: WebForm[Any], given: Mapping[str, str]
) -> str:
    """The page: what it is about, the fields, one button, and a way back."""
    question = person_page(row.name)
    view = view_of(opened)
    fields = tuple(word_field(one, question) for one in form.fields)
    whom = next((f.value for f in form.fields if f.name == "party_id"), given.get("party_id", ""))
    about = next((m.text for m in view.measures if m.id == of), "") or about_whom(view, row, whom)
    hidden = [(n, v) for n, v in given.items() if n in model_of(row).model_fields]
    return render_person_page(
        "step.html",
        opened,
        view,
        row=row,
        of=of,
        form=replace(form, fields=fields),
        title=gettext(step_words(row.name, PERSON)),
        about=about,
        question=question,
        hidden=hidden,
        instead=instead(opened, question, given),
        kept=request.form.get("_after", ""),
        back=where_from(opened, row),
    )
