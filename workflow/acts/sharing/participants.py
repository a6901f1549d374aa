"""The people around the plan: participants, and who acts for the person."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select, update

from workflow.acts.base import references
from workflow.acts.base.context import StepContext
from workflow.acts.base.form_fields import (
    Id,
    Line,
    PersonName,
    Phone,
    Short,
    Text,
    WithAgreement,
    WithConfirmer,
    ask,
    ask_answer,
)
from workflow.acts.base.registry import act
from workflow.acts.sharing import consent_rows, duty_rows
from workflow.record.access.representatives import decides_alone_at
from workflow.record.access.role_holders import holder_on
from workflow.record.history.municipal_chain import insert_rows
from workflow.record.in_force import has_account, represents
from workflow.record.models import Participant, Party, Representation
from workflow.rules.calendar.clock import at_oslo
from workflow.rules.engine.denials import BadInput
from workflow.rules.guards.sharing import NOT_SHARING
from workflow.rules.names.steps import PlanStep
from workflow.words.text.translatable import N_

KINDS = (
    ("professional", N_("Fagperson")),
    ("relative", N_("Pårørende")),
    ("volunteer", N_("Frivillig")),
    ("user_organisation", N_("Brukerorganisasjon")),
)
LEVELS = (
    ("municipal", N_("Kommunen")),
    ("specialist", N_("Sykehus og behandling")),
    ("state", N_("Staten (Nav)")),
    ("voluntary", N_("Frivillig sektor")),
    ("private", N_("Privat og familie")),
)
GROUNDS = (
    ("parent", N_("Forelder (til 16 år)")),
    ("guardian", N_("Verge")),
    ("power", N_("Fullmakt")),
)
REPRESENTED = (
    ("", N_("Alt som gjelder planen")),
    (NOT_SHARING, N_("Alt, bortsett fra hva personen deler")),
)


class AddParticipant(WithAgreement, WithConfirmer):
    """Name, role, organisation, contact, what they can do (0.1, 0.8)."""

    party_id: Id | None = ask(N_("Hvem?"), "party", None)
    name: PersonName = ask(N_("Eller navn, når de ikke finnes her"), "line", "")
    kind: str = ask_answer(N_("Hva slags deltaker?"), "professional", choices=KINDS)
    role: Line = ask(N_("Rolle"), "line", "")
    organisation: Line = ask(N_("Hvor fra?"), "line", "", folded=True)
    level: str = ask(N_("Nivå"), "choice", "municipal", choices=LEVELS, folded=True)
    phone: Phone = ask(N_("Telefon"), "line", "", folded=True)
    can_do: Text = ask(N_("Hva kan de bidra med, og hva kan de ikke?"), "textarea", "", folded=True)
    kept_from_parents: bool = ask(
        N_("Foreldrene skal ikke få vite om dette (12 til 15 år)"), "check", False, voice="staff"
    )


class AddWithScopes(AddParticipant):
    """Of a plan from another municipality: what the person lets over, and how that was said."""

    scopes: list[str] | None = ask("", "many", None)
    source: str = ask("", "line", "")


@act(PlanStep.ADD_PARTICIPANT, AddParticipant)
def add_participant(step: StepContext) -> None:
    """Comes in with the person's consent, which opens exactly this plan."""
    form: AddParticipant = step.form
    _join(step, form, form.kind)


def _join(
    step: StepContext, form: AddParticipant, kind: str, companion_of: str | None = None
) -> None:
    name, phone, organisation = form.name, form.phone, form.organisation
    if form.party_id:
        party = step.conn.execute(
            select(Party.name, Party.phone, Party.organisation).where(
                Party.id == form.party_id,
                has_account(Party),
            )
        ).first()
        if party is None:
            raise BadInput([("party_id", "unknown_party", {})])
        name, phone = party.name, phone or party.phone
        organisation = organisation or party.organisation
    step.require(name=name)
    step.insert(
        Participant,
        party_id=form.party_id,
        name=name,
        kind=kind,
        role=form.role,
        organisation=organisation,
        level=form.level,
        phone=phone,
        can_do=form.can_do,
        from_at=step.now,
        companion_of=companion_of,
    )
    if form.party_id and isinstance(form, AddWithScopes) and form.scopes is not None:
        consent_rows.share_with(step, form.party_id, form.source, frozenset(form.scopes))
    elif form.party_id:
        consent_rows.share_with(step, form.party_id, kept_from_parents=form.kept_from_parents)
        consent_rows.note_end(step, form.party_id)


class Volunteer(AddParticipant):
    """A volunteer with a companion into the activity (0.10)."""

    kind: Short = ask("", "hidden", "volunteer")
    companion_id: Id | None = ask(N_("Hvem går sammen med personen?"), "party", None)


@act(PlanStep.VOLUNTEER_WITH_COMPANION, Volunteer)
def volunteer_with_companion(step: StepContext) -> None:
    """Activity is the key; the companion makes it possible to come along."""
    form: Volunteer = step.form
    if form.companion_id:
        references.party(step, form.companion_id, "companion_id")
    _join(step, form, "volunteer", form.companion_id)


class ParticipantLeaves(WithAgreement):
    """Who leaves, and why (4.3)."""

    participant_id: Id = ask(N_("Hvem går ut?"), "participant")
    reason: Text = ask(N_("Hvorfor?"), "line", "")


@act(PlanStep.PARTICIPANT_LEAVES, ParticipantLeaves)
def participant_leaves(step: StepContext) -> None:
    """The vacancy is visible; access ends at once."""
    _leave(step, "left", step.form.reason)


class PhaseOut(WithAgreement):
    """Not needed any more, which is a success (0.9)."""

    participant_id: Id = ask(N_("Hvem trengs ikke lenger?"), "participant")
    reason: Text = ask(N_("Hva har gått bra?"), "line", "")


@act(PlanStep.PHASE_OUT, PhaseOut)
def phase_out(step: StepContext) -> None:
    """A helper fewer, because it goes well."""
    _leave(step, "phased_out", step.form.reason)


def _leave(step: StepContext, code: str, reason: str) -> None:
    step.update(
        Participant,
        step.form.participant_id,
        left_at=step.now,
        leave_code=code,
        leave_reason=reason,
    )
    party_id = step.conn.execute(
        select(Participant.party_id).where(Participant.id == step.form.participant_id)
    ).scalar()
    if not party_id:
        return
    consent_rows.end_consents(step, party_id)
    if step.conn.execute(holder_on(step.plan_id, "coordinator")).scalar() == party_id:
        # Who coordinates does so, in the group or not.
        duty_rows.share_as_coordinator(step, party_id)


class AddRepresentation(WithConfirmer):
    """Who may act for the person, on what ground, until when (domain 5.0)."""

    representative_id: Id = ask(N_("Hvem handler for personen?"), "party")
    ground: str = ask_answer(N_("På hvilket grunnlag?"), "parent", choices=GROUNDS)
    until_on: date | None = ask(N_("Til når?"), "date", None)
    acts: str = ask(
        N_("Hva gjelder det?"), "choice", "", choices=REPRESENTED, voice="staff", folded=True
    )


@act(PlanStep.ADD_REPRESENTATION, AddRepresentation)
def add_representation(step: StepContext) -> None:
    """A parent's right ends at the child's 16th birthday."""
    form: AddRepresentation = step.form
    person = step.plan["person_id"]
    step.require(person=person)
    references.party(step, form.representative_id, "representative_id")
    until = at_oslo(form.until_on) if form.until_on else None
    if form.ground == "parent":
        until = _own_right(step, person, until)
    insert_rows(
        step.conn,
        Representation,
        {
            "id": step.event_id,
            "person_id": person,
            "representative_id": form.representative_id,
            "ground": form.ground,
            "acts": form.acts,
            "from_at": step.now,
            "until_at": until,
        },
    )
    step.note(representative=form.representative_id, ground=form.ground)


def _own_right(step: StepContext, person_id: str, until: datetime | None) -> datetime | None:
    """When the child turns 16 and decides alone, or earlier where so agreed (pbrl § 4-3).

    Raises BadInput where that day has come.
    """
    own = decides_alone_at(step.conn, person_id)
    if own is None:
        return until
    if own <= step.now:
        raise BadInput([("ground", "decides_alone", {})])
    return min(own, until) if until else own


class EndRepresentation(WithAgreement):
    """Who may act for the person no longer; an office says on what document."""

    representative_id: Id = ask(N_("Hvem skal ikke lenger handle for personen?"), "representative")
    paper: Text = ask(
        N_("Hvilket papir viser det?"),
        "line",
        "",
        voice="staff",
        help=N_(
            "Skriv hva det er, fra når, og hvor det ligger. Trengs når personen ikke har sagt det selv."
        ),
    )


@act(PlanStep.END_REPRESENTATION, EndRepresentation)
def end_representation(step: StepContext) -> None:
    """From this instant nobody acts for the person by it; who did is told, as she is."""
    form: EndRepresentation = step.form
    standing = update(Representation).where(
        Representation.person_id == step.plan["person_id"],
        Representation.representative_id == form.representative_id,
        represents(Representation, step.now),
    )
    if not step.change_rows(standing.values(until_at=step.now)):
        raise BadInput([("representative_id", "not_on_this_plan", {})])
    step.note(representative=form.representative_id)
    step.say(paper=form.paper)
    step.add_recipient(form.representative_id, "representatives")
