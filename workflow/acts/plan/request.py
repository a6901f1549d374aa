"""From need to answer: report, incoming plan, grant, deny, forward, withdraw."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from sqlalchemy import select

from workflow.acts.base import references
from workflow.acts.base.context import StepContext
from workflow.acts.base.form_fields import (
    Form,
    Id,
    Line,
    NoFields,
    Short,
    Text,
    WithAgreement,
    WithConfirmer,
    ask,
    ask_answer,
)
from workflow.acts.base.registry import act
from workflow.acts.plan import close_effects, incoming, letters, offers, tenures
from workflow.acts.sharing import consent_rows, duty_rows
from workflow.record.access.role_holders import holds_any
from workflow.record.history.hash_chain import SALT
from workflow.record.models import (
    Document,
    MunicipalityRow,
    Participant,
    Plan,
    Tenure,
    Unit,
)
from workflow.rules.names.steps import PlanStep
from workflow.words.text.translatable import N_

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
YES_NO = (("yes", N_("Ja")), ("no", N_("Nei, ikke ennå")))
REGIMES = (
    ("health", N_("Helse (klage innen 4 uker)")),
    ("social", N_("Sosial (klage innen 3 uker)")),
)
NOTIFIED = (
    ("handed_over", N_("Gitt i hånden")),
    ("read_aloud", N_("Lest opp sammen")),
    ("letter", N_("Brev i posten")),
    ("digital", N_("Digitalt")),
)


class ReportNeed(WithAgreement):
    """Who may need a plan, and whether they know (3.7)."""

    person_id: Id | None = ask(N_("Hvem gjelder det?"), "person", None)
    problem: Text = ask(
        N_("Problemstilling, når planen ikke gjelder en person"), "textarea", "", folded=True
    )
    why: Text = ask(N_("Hva er viktig å få hjelp med?"), "textarea", "")
    person_knows: str = ask(N_("Vet personen om det?"), "choice", "", choices=YES_NO)
    reach_person: Text = ask(N_("Hvordan når vi personen?"), "line", "")
    unit_id: Id | None = ask(N_("Hvilket kontor skal svare?"), "unit", None, folded=True)


def _number(step: StepContext) -> str:
    """The plan number people use: the municipality's code and 6 random characters."""
    code = step.conn.execute(select(MunicipalityRow.number)).scalar()
    return f"{code}-{''.join(secrets.choice(ALPHABET) for _ in range(6))}"


def _first_unit(step: StepContext, kind: str = "ordering") -> str:
    """The office that answers: the ordering unit, else the coordinating one."""
    for wanted in (kind, "coordinating", "service"):
        unit_id = step.conn.execute(
            select(Unit.id).where(Unit.kind == wanted).order_by(Unit.id).limit(1)
        ).scalar()
        if unit_id:
            return unit_id
    return ""


def new_plan(step: StepContext, unit_id: str | None, **more: Any) -> str:
    """Insert the plan's row, so that what hangs on it can follow. Returns the unit."""
    unit = unit_id or _first_unit(step)
    step.require(unit_id=unit)
    references.own_unit(step, unit)
    if more.get("person_id"):
        references.party(step, more["person_id"], "person_id")
    columns = (column for column in Plan.__table__.columns if column.name != SALT)
    values: dict[str, Any] = {column.name: _empty(column) for column in columns}
    values.update(
        id=step.plan["id"],
        number=_number(step),
        state="requested",
        subject_kind="person",
        origin="need",
        unit_id=unit,
        responsible_unit_id=unit,
        reporter_id=step.actor.party_id,
        reported_at=step.now,
        person_knows="yes",
        pen_holder="coordinator",
        last_activity_at=step.now,
        created_at=step.now,
        row_version=1,
        version=0,
        head=step.plan["head"],
    )
    values.update(more)
    step.set(**values)
    step.plan.update(values)
    return unit


def _empty(column: Any) -> Any:
    """What a column holds before anybody has said anything."""
    if column.nullable:
        return None
    kind = column.type.python_type
    return {str: "", bool: False, int: 0}.get(kind)


@act(PlanStep.REPORT_NEED, ReportNeed, follow=lambda step: begin_record(step))
def report_need(step: StepContext) -> None:
    """A need is reported; a second open plan of the person stays a shadow the office sees."""
    form: ReportNeed = step.form
    if not form.person_id:
        step.require(problem=form.problem)
    shadow = step.facts.other_open_plan and form.person_id is not None
    new_plan(
        step,
        form.unit_id,
        person_id=form.person_id,
        problem=form.problem,
        most_important=form.why,
        subject_kind="person" if form.person_id else "problem",
        reach_person=form.reach_person,
        shadow=int(shadow),
    )
    # Nobody reports without her yes who does not say that she knows nothing yet.
    knows = form.person_knows or "yes"
    step.set(person_knows=knows, duplicate_of=_duplicate(step) if shadow else None)
    step.plan.update(step.changes)
    step.note(duplicate=bool(shadow))


def _duplicate(step: StepContext) -> str | None:
    """The plan the person already has."""
    return step.conn.execute(
        select(Plan.id).where(
            Plan.person_id == step.form.person_id,
            Plan.state != "closed",
            Plan.shadow == 0,
        )
    ).scalar()


def begin_record(step: StepContext) -> None:
    """What hangs on a plan that has just been inserted: tenure, first consent, the reporter."""
    unit = step.plan["unit_id"]
    step.insert(Tenure, role="responsible", party_id=None, unit_id=unit, from_at=step.now)
    form = step.form
    own = step.ground in ("person", "representative")
    said = str(getattr(form, "agreed_how", ""))
    if own or said:
        consent_rows.consent_to_plan(step, "app" if own else said)
    if step.plan["subject_kind"] == "problem" or (said and not own):
        _reporter_takes_part(step)


def _reporter_takes_part(step: StepContext) -> None:
    """A municipal worker who reports with the person's yes takes part from the start."""
    actor = step.actor.party_id
    from_elsewhere = getattr(step.form, "predecessor_id", None)
    if actor is None or step.plan["shadow"] or from_elsewhere:
        return
    if not holds_any(step.conn, actor, step.now):
        return
    party = references.party(step, actor)
    step.insert(
        Participant,
        party_id=actor,
        name=party["name"],
        kind="professional",
        phone=party["phone"],
        level="municipal",
        from_at=step.now,
    )
    duty_rows.share_by_role(step, actor)


class Incoming(WithAgreement):
    """A plan the person brings from a treatment place or another municipality (3.11)."""

    person_id: Id = ask(N_("Hvem gjelder det?"), "person")
    source_name: Line = ask(N_("Hvor kommer planen fra?"), "line", "")
    discharge_on: date | None = ask(N_("Når kommer personen hjem?"), "date", None)
    first_appointment: Text = ask(
        N_("Første avtale etterpå: dag, klokka, hos hvem"), "line", "", folded=True
    )
    document_title: Line = ask(N_("Hva heter planen de har med?"), "line", "", folded=True)
    document_text: Text = ask(N_("Planen som tekst"), "textarea", "", folded=True)
    goals: Text = ask(N_("Mål i planen, ett på hver linje"), "textarea", "")
    measures: Text = ask(N_("Tiltak i planen, ett på hver linje"), "textarea", "")
    unmapped: Text = ask(N_("Overskrifter som ikke passer her"), "textarea", "", folded=True)
    unit_id: Id | None = ask(N_("Hvilket kontor skal svare?"), "unit", None, folded=True)


@act(
    PlanStep.REGISTER_INCOMING,
    Incoming,
    follow=lambda step: keep_incoming(step),
    then=incoming.adopt,
)
def register_incoming(step: StepContext) -> None:
    """The receiving unit is responsible from receipt; the source is shown (scenario 4)."""
    form: Incoming = step.form
    step.require(source_name=form.source_name)
    shadow = step.facts.other_open_plan
    new_plan(
        step,
        form.unit_id,
        person_id=form.person_id,
        shadow=int(shadow),
        source_name=form.source_name,
        transition_on=form.discharge_on,
        transition_kind="discharge" if form.discharge_on else "",
    )
    step.set(predecessor_id=getattr(form, "predecessor_id", None))
    step.set(origin="incoming", duplicate_of=_duplicate(step) if shadow else None)
    step.plan.update(step.changes)
    appointment = {"first_appointment": form.first_appointment}
    step.deadline_subject = ("plan", step.subject["id"], {**step.changes, **appointment})


def keep_incoming(step: StepContext) -> None:
    """Store the file as it came and the headings without a home."""
    begin_record(step)
    form: Incoming = step.form
    text = form.document_text or "\n".join((form.goals, form.measures, form.unmapped))
    step.insert(
        Document,
        event_id=step.event_id,
        kind="incoming",
        code="A02-2",
        title=form.document_title or form.source_name,
        created_at=step.now,
        **letters.document_columns(text),
    )
    step.say(unmapped=form.unmapped)


class GrantPlan(WithAgreement, WithConfirmer):
    """`plan.grant` in six fields: why long, why coordinated, the wish, the regime, who, how told."""

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
    notified_how: str = ask_answer(
        N_("Hvordan får personen brevet?"), "handed_over", choices=NOTIFIED
    )
    archive_case: Short = ask(N_("Saksnummer i arkivet"), "line", "", folded=True)


class GrantFromElsewhere(GrantPlan):
    """Of a plan that comes from another municipality: whence, and who has said yes to coordinate.

    How the person got the letter is not said: nobody has given it to her yet.
    """

    notified_how: str = ask("", "choice", "", choices=NOTIFIED)
    place: Line = ask("", "line", "")
    named: Line = ask("", "line", "")


@act(PlanStep.GRANT, GrantPlan)
def grant(step: StepContext) -> None:
    """Yes: the decision, its letter, and the coordinator asked (models A, B, C)."""
    form: GrantPlan = step.form
    if not step.facts.consent_to_plan and form.agreed_how:
        consent_rows.consent_to_plan(step, form.agreed_how)
    step.set(outcome="granted", effective_from=step.today)
    if form.wish_coordinator:
        step.set(wish_coordinator=form.wish_coordinator, wish_asked_at=step.now)
    ask_coordinator(step, form.to_party_id)
    came = (
        {"place": form.place, "named": form.named} if isinstance(form, GrantFromElsewhere) else {}
    )
    letters.decide(
        step,
        "grant",
        form.regime,
        template="taken_over" if came else "grant",
        more=came,
        why_long=form.why_long,
        why_coordinated=form.why_coordinated,
    )


def ask_coordinator(step: StepContext, party_id: str | None) -> None:
    """Offer the coordinatorship to the one who is named, if any."""
    if party_id is None:
        return
    party = references.party(step, party_id, "to_party_id")
    offers.offer(step, "coordinator", step.plan_id, to_party_id=party_id, to_name=party["name"])


class Deny(Form):
    """The two criteria, reasons, regime and how the person hears; the letter says who helps."""

    why_long: Text = ask(N_("Varer behovet lenge? Hvorfor, hvorfor ikke?"), "textarea", "")
    why_coordinated: Text = ask(
        N_("Må tjenester samarbeide? Hvorfor, hvorfor ikke?"), "textarea", ""
    )
    reasons: Text = ask(N_("Hvorfor blir svaret nei?"), "textarea", "")
    legal_basis: Line = ask(N_("Hvilken lov bygger svaret på?"), "line", "", folded=True)
    regime: str = ask_answer(N_("Hvilket regelverk?"), "health", choices=REGIMES)
    notified_how: str = ask_answer(
        N_("Hvordan får personen brevet?"), "handed_over", choices=NOTIFIED
    )
    archive_case: Short = ask(N_("Saksnummer i arkivet"), "line", "", folded=True)


@act(PlanStep.DENY, Deny)
def deny(step: StepContext) -> None:
    """No, with reasons and appeal text; the window runs from the notification (L2)."""
    step.set(outcome="denied")
    letters.decide(step, "deny", step.form.regime, **why_not(step.form))


def why_not(form: Deny) -> dict[str, Any]:
    """What a denial rests on, as the decision's row and the letter keep it."""
    return {
        "why_long": form.why_long,
        "why_coordinated": form.why_coordinated,
        "reasons": form.reasons,
        "legal_basis": form.legal_basis,
    }


class Forward(Form):
    """The right office, here or outside."""

    to_unit_id: Id | None = ask(N_("Hvilket kontor her?"), "unit", None)
    to_name: Line = ask(N_("Eller et sted utenfor"), "line", "")
    reason: Text = ask(N_("Hvorfor hører saken til der?"), "textarea", "")


@act(PlanStep.FORWARD, Forward)
def forward(step: StepContext) -> None:
    """Offered to the right office; the duty stays here until they answer."""
    form: Forward = step.form
    to = offers.receiving(step, form.to_unit_id, form.to_name)
    offers.offer(step, "authority", step.plan_id, asked_because=form.reason, **to)
    step.say(reason=form.reason)


class ReceiptOutside(Form):
    """The dated receipt from outside."""

    receipt_on: date | None = ask(N_("Når bekreftet de?"), "date", None)
    receipt_from: Line = ask(N_("Hvem bekreftet?"), "line", "")


@act(PlanStep.RECEIPT_OUTSIDE, ReceiptOutside)
def receipt_outside(step: StepContext) -> None:
    """They have it: the request closes here as forwarded."""
    offers.answer(step, "accepted")
    step.say(receipt_from=step.form.receipt_from)
    step.effective_from = step.form.receipt_on
    close_effects.close_plan(step, "forwarded")


class Withdraw(WithAgreement):
    """The person does not want a plan now."""

    words: Text = ask(N_("Vil du si noe mer?"), "textarea", "", folded=True)


@act(PlanStep.WITHDRAW_REQUEST, Withdraw)
def withdraw_request(step: StepContext) -> None:
    """Fine; the person can ask again any time."""
    step.say(words=step.form.words)
    close_effects.close_plan(step, "withdrawn")


@act(PlanStep.TAKE_CASE, NoFields)
def take_case(step: StepContext) -> None:
    """A named human of the office answers this request; the office stays responsible with them."""
    tenures.responsible(step, step.actor.party_id, step.plan["responsible_unit_id"])
