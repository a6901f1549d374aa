"""A requested plan for those who answer it: six fields, yes or no, and the letter as it will be before it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from pydantic import BaseModel
from sqlalchemy import select
from werkzeug.wrappers import Response

from web.both.step_controller import Answer, StepRequest, receipt_of, respond_to_post
from web.forms import model_forms, pickers
from web.forms.model_forms import WebForm, make_required
from web.page.header import address_of
from web.page.view_models import StepButton
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.language import current_language
from web.request.translate import N_, gettext
from web.staff.blueprint import pages
from web.staff.lists.inbox import InboxRow, case_button, entry_of, wanted_steps
from workflow.acts.base.context import StepResult
from workflow.acts.base.form_fields import Id, Line, Text, WithAgreement, ask, ask_answer
from workflow.acts.base.registry import ACTS
from workflow.acts.entry.composites import why_not_any
from workflow.acts.plan.appeal import ABOUT
from workflow.acts.plan.letter_preview import LetterText, preview_letter
from workflow.acts.plan.request import NOTIFIED, REGIMES
from workflow.record.access.open_plan import OpenPlan
from workflow.record.access.protected_addresses import is_protected
from workflow.record.lists import intake
from workflow.record.models import Complaint, Decision, Document, Plan
from workflow.rules.names.deadlines import DeadlineCode
from workflow.rules.names.steps import PlanStep
from workflow.words.labels.states import plan_label

ROWS = {"ja": PlanStep.GRANT, "nei": PlanStep.DENY}
# A yes or a no needs these; the model leaves them open, since each answer takes only its own.
NEEDED = frozenset(
    {"why_long", "why_coordinated", "wish_coordinator", "regime", "reasons", "notified_how"}
)


class Reply(WithAgreement):
    """The six fields of an answer; a yes and a no each take what is theirs."""

    why_long: Text = ask(N_("Hvorfor varer behovet lenge?"), "textarea", "")
    why_coordinated: Text = ask(N_("Hvilke tjenester må samarbeide?"), "textarea", "")
    wish_coordinator: Text = ask(
        N_("Hvem ønsker personen som koordinator?"),
        "line",
        "",
        help=N_("Spør personen. «Ingen bestemt» er også et svar."),
    )
    to_party_id: Id | None = ask(N_("Hvem spør vi om å være koordinator?"), "staff", None)
    regime: str = ask_answer(N_("Hvilket regelverk?"), "health", choices=REGIMES)
    reasons: Text = ask(
        N_("Hvis svaret er nei: hvorfor?"),
        "textarea",
        "",
        help=N_("Skriv med vanlige ord. Dette kommer i brevet."),
    )
    legal_basis: Line = ask(N_("Hvilken lov bygger svaret på?"), "line", "", folded=True)
    notified_how: str = ask_answer(
        N_("Hvordan får personen brevet?"), "handed_over", choices=NOTIFIED
    )
    archive_case: Line = ask(N_("Saksnummer i arkivet"), "line", "", folded=True)


@dataclass(frozen=True)
class DecisionLine:
    """A decision that has been made: its kind, how it was told and its letter."""

    decision: Decision
    how: str
    letter: str


@pages.get("/sak/<plan_id>")
@access_guards.plan_route("read", kind="case")
def case(opened: OpenPlan) -> str:
    """The request with the fields of its answer, or what was answered."""
    plan = plan_to_decide(opened)
    form = model_forms.show(
        Reply,
        starting(plan),
        choices=picker_choices(plan),
        version=plan.row_version,
        only=asked_fields(opened),
    )
    return case_page(opened, form)


@pages.post("/sak/<plan_id>")
@access_guards.plan_route("read", kind="case")
def answer(opened: OpenPlan) -> Answer:
    """Shows the letter first; sends it when the reader has seen it."""
    plan = plan_to_decide(opened)
    row = ROWS.get(request.form.get("_svar", ""))
    form = model_forms.read(
        Reply, request.form, choices=picker_choices(plan), only=asked_fields(opened)
    )
    if form.ok and (row is None or "_endre" in request.form):
        return case_page(opened, form)
    return show_or_send(opened, form, row or ROWS["ja"])


def show_or_send(opened: OpenPlan, form: WebForm[Reply], step_name: str) -> Answer:
    """The letter before it is sent, or the step itself; a refusal comes back on the form."""
    step = StepRequest(step_name, opened.plan.id)

    def again(kept: WebForm[Reply], _: object) -> str:
        return case_page(opened, kept)

    def sent(done: Sequence[StepResult]) -> Response:
        saved = gettext("Svaret er gitt, og brevet er lagret slik det ble sendt.")
        flash(receipt_of(done, saved))
        return redirect(url_for("staff.case", plan_id=opened.plan.id), 303)

    def send(value: Reply) -> Sequence[StepResult]:
        return step.take(own_fields(value, step_name), form.version)

    def write(value: Reply) -> LetterText:
        given = own_fields(value, step_name)
        with open_unit() as session:
            return preview_letter(
                session, current_actor(), step_name, opened.plan.id, given, form.version, now()
            )

    if "_send" in request.form:
        return respond_to_post(form, send, sent, again, step=step)
    return respond_to_post(
        form, write, lambda letter: preview(opened, form, step_name, letter), again, step=step
    )


def own_fields(value: Reply, step_name: str) -> BaseModel:
    """What of the six fields the yes or the no takes."""
    wanted = ACTS[step_name].form
    mine = wanted.model_fields.keys() & Reply.model_fields.keys()
    return wanted(**{name: getattr(value, name) for name in mine})


def preview(opened: OpenPlan, form: WebForm[Reply], step_name: str, letter: LetterText) -> str:
    """The letter as the person will get it, with what was typed kept for sending."""
    assert form.value is not None
    how = dict(NOTIFIED)[form.value.notified_how]
    kept = [
        (name, text)
        for name in request.form
        for text in request.form.getlist(name)
        if not name.startswith("_") and name != "csrf_token"
    ]
    answer_word = next(word for word, row in ROWS.items() if row == step_name)
    return render_template(
        "staff/letter_preview.html",
        plan=opened.plan,
        letter=letter,
        how=gettext(how),
        kept=kept,
        answer=answer_word,
        protected=is_protected(db_session(), opened.plan.id, now()),
        archive_case=form.value.archive_case,
    )


def plan_to_decide(opened: OpenPlan) -> Plan:
    """The plan, for those who answer it; others read it on its own page."""
    if "deciding_unit" not in opened.relations:
        abort(404)
    return opened.plan


def starting(plan: Plan) -> dict[str, Any]:
    """What is known before anybody has typed."""
    return {"wish_coordinator": plan.wish_coordinator}


def asked_fields(opened: OpenPlan) -> Sequence[str]:
    """The fields to ask; the person's yes only where there is none yet."""
    agreed = set(WithAgreement.model_fields)
    wanted = [name for name in Reply.model_fields if name not in agreed]
    entry = intake.one(db_session(), current_actor(), opened.plan.id, now())
    missing = entry is not None and not entry.consented_at and opened.plan.person_id
    return (*wanted, "agreed_how") if missing else wanted


def picker_choices(plan: Plan) -> dict[str, list[tuple[str, str]]]:
    """The answers of the pickers."""
    where = pickers.Where(db_session(), now(), plan.id)
    return pickers.choices_of(Reply, where)


def case_page(opened: OpenPlan, form: WebForm[Reply]) -> str:
    """The page: what is known, what may be done, and the fields or the answer given."""
    entry = intake.one(db_session(), current_actor(), opened.plan.id, now())
    assert entry is not None
    plan = opened.plan
    return render_template(
        "staff/case.html",
        plan=plan,
        entry=entry_of(entry),
        form=make_required(form, NEEDED),
        given=decisions_of(plan.id),
        state=plan_label(values_of(plan), current_language()),
        steps=other_steps(entry_of(entry)),
        complaints=complaints_of(plan.id),
    )


def complaints_of(plan_id: str) -> list[tuple[Complaint, str, str]]:
    """The complaints, the newest first: about what, and where each is read."""
    query = select(Complaint).where(Complaint.plan_id == plan_id)
    complaints = db_session().scalars(query.order_by(Complaint.received_on.desc(), Complaint.id))
    about = dict(ABOUT)
    return [
        (
            one,
            gettext(about[one.about]),
            address_of("printing.complaint", plan_id=plan_id, complaint_id=one.id),
        )
        for one in complaints
    ]


def values_of(plan: Plan) -> dict[str, Any]:
    """The columns that the state's words are made of."""
    names = ("state", "outcome", "close_reason", "informal", "resting", "paused_until")
    return {name: getattr(plan, name) for name in names}


def other_steps(entry: InboxRow) -> list[StepButton]:
    """What else may be done with a request: what the engine's own rules leave open now."""
    case = entry.case
    if case.state != "requested" or not entry.main:
        return []
    names = [name for name in wanted_steps(case) if name != "open"]
    if case.due(DeadlineCode.ACKNOWLEDGE_REPORT):
        names.append(PlanStep.CONFIRM_RECEIPT)
    names.append(PlanStep.START_INFORMALLY)
    return [case_button(case, name) for name in names if is_open(case.id, name)]


def is_open(plan_id: str, step_name: str) -> bool:
    """Whether the reader may take a step of the plan once its form is filled in."""
    return not why_not_any(db_session(), current_actor(), step_name, plan_id=plan_id, now=now())


def decisions_of(plan_id: str) -> list[DecisionLine]:
    """The decisions of a plan with their letters, the newest first."""
    rows = db_session().execute(
        select(Decision, Document.id)
        .outerjoin(Document, Document.id == Decision.document_id)
        .where(Decision.plan_id == plan_id)
        .order_by(Decision.id.desc())
    )
    how = dict(NOTIFIED)
    return [
        DecisionLine(
            decision,
            gettext(how.get(decision.notified_how, decision.notified_how)),
            address_of("printing.letter", plan_id=plan_id, document_id=document)
            if document
            else "",
        )
        for decision, document in rows
    ]
