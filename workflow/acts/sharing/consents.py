"""What the person shares, with whom and how long: choosing, its end, and talks about it."""

from __future__ import annotations

import hashlib
from datetime import date

from pydantic import Field
from sqlalchemy import select, update

from workflow.acts.base import references
from workflow.acts.base.context import StepContext
from workflow.acts.base.form_fields import Form, Id, Text, WithAgreement, WithConfirmer, ask
from workflow.acts.base.registry import act
from workflow.acts.sharing import consent_rows
from workflow.record.in_force import allows, not_withdrawn
from workflow.record.models import Consent, Document
from workflow.rules.calendar.clock import at_oslo
from workflow.rules.engine.denials import BadInput
from workflow.rules.names.steps import PlanStep
from workflow.rules.sharing.scopes import SCOPES
from workflow.words.labels.scopes import GIVEN_AS, PARTS
from workflow.words.text.translatable import N_

LARGEST_COPY = 10 * 1024 * 1024
PAPERS = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)


class GiveConsent(WithAgreement, WithConfirmer):
    """With whom, what, and for how long; nobody named means the plan itself.

    scopes: None is what the receiver has, or is first offered. again: the undo of `plan.stop_sharing_with`, as before.
    """

    party_id: Id | None = ask(N_("Hvem vil du dele med?"), "party", None)
    scopes: list[str] | None = ask(N_("Hva deles?"), "many", None, choices=PARTS)
    until_on: date | None = ask(N_("Til når?"), "date", None, folded=True)
    given_as: str = ask(N_("Hvem sier ja?"), "choice", "", choices=GIVEN_AS, voice="staff")
    child_said: Text = ask(
        N_("Hva sier barnet selv? Eller hvorfor er barnet ikke spurt?"), "textarea", ""
    )
    kept_from_parents: bool = ask(
        N_("Foreldrene skal ikke få vite om dette (12 til 15 år)"), "check", False
    )
    again: bool = ask("", "hidden", False)


@act(PlanStep.GIVE_CONSENT, GiveConsent)
def give_consent(step: StepContext) -> None:
    """The person decides who, what and how long (2.3)."""
    form: GiveConsent = step.form
    if form.party_id is None:
        consent_rows.consent_to_plan(step, form.agreed_how or "app")
        return
    references.party(step, form.party_id)
    if form.party_id == step.plan["person_id"]:
        return  # what is hers she always sees
    until = at_oslo(form.until_on) if form.until_on else None
    if form.again:
        key, until = consent_rows.again(step, form.party_id)
    else:
        choice = consent_rows.SharingChoice(form.scopes, until, form.kept_from_parents)
        key = consent_rows.choose(step, form.party_id, choice)
    scopes = None if form.scopes is None else [one for one in SCOPES if one in form.scopes]
    step.note(receiver=form.party_id, shares=scopes)
    ends = consent_rows.ends_at(step, until)
    step.deadline_subject = ("consent", key, {"id": key, "until_at": ends})


class LapseConsent(Form):
    """The consent whose period is over; the clock fills it in."""

    consent_id: Id = ask("", "line")


@act(PlanStep.SHARING_LAPSED, LapseConsent)
def lapse_consent(step: StepContext) -> None:
    """The period that the person gave is over; reading ended with it, whether or not this ran."""
    key = step.form.consent_id
    consent = step.conn.execute(
        select(Consent.receiver_id, Consent.until_at).where(
            Consent.id == key, Consent.plan_id == step.plan_id, not_withdrawn(Consent)
        )
    ).first()
    if consent is None or consent.until_at is None or consent.until_at > step.now:
        raise BadInput([("consent_id", "not_on_this_plan", {})])
    step.note(receiver=consent.receiver_id)
    step.deadline_subject = ("consent", key, {"id": key})


class TalkAboutSharing(Form):
    """About one receiver or all, and what the person said; nothing changes by the talk."""

    party_id: Id | None = ask(N_("Delingen med hvem? Ingen valgt er alle"), "sharing", None)
    words: Text = ask(N_("Hva sa personen?"), "textarea", "")
    again_on: date | None = ask(N_("Vi tar det opp igjen"), "date", None, folded=True)


@act(PlanStep.TALK_ABOUT_SHARING, TalkAboutSharing)
def talk_about_sharing(step: StepContext) -> None:
    """Consents are discussed regularly (2.6); a change is a step of its own."""
    form: TalkAboutSharing = step.form
    query = update(Consent).where(
        Consent.plan_id == step.plan_id,
        Consent.receiver_id.is_not(None),
        allows(Consent, step.now),
    )
    if form.party_id:
        query = query.where(Consent.receiver_id == form.party_id)
    anew = {"last_discussed_on": step.today, "discuss_again_on": form.again_on}
    if not step.change_rows(query.values(**anew)) and form.party_id:
        raise BadInput([("party_id", "not_on_this_plan", {})])
    step.note(receiver=form.party_id)
    step.say(words=form.words)


class SignedCopy(Form):
    """The paper that the person signed, for one receiver; PDF, JPEG or PNG, at most 10 MB."""

    party_id: Id = ask(N_("Delingen med hvem?"), "sharing")
    content: bytes = Field(
        b"", exclude=True, title=N_("Fil"), json_schema_extra={"widget": "hidden"}
    )


@act(PlanStep.KEEP_SIGNED_COPY, SignedCopy)
def keep_signed_copy(step: StepContext) -> None:
    """The paper is kept with the consent it is about; its digest stands in the event."""
    form: SignedCopy = step.form
    mime = next((kind for start, kind in PAPERS if form.content.startswith(start)), "")
    if not mime or len(form.content) > LARGEST_COPY:
        raise BadInput([("content", "not_a_paper", {})])
    consent = consent_rows.in_force(step, form.party_id)
    if consent is None:
        raise BadInput([("party_id", "not_on_this_plan", {})])
    digest = hashlib.sha256(form.content).hexdigest()
    document = step.insert(
        Document,
        event_id=step.event_id,
        kind="consent",
        title=step.plan["number"],
        created_at=step.now,
        content=form.content,
        sha256=digest,
        mime=mime,
    )
    step.update(Consent, consent["id"], document_id=document, source="paper")
    step.note(receiver=form.party_id, sha256=digest)
