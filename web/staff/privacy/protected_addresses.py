"""The protected address: read on one page with a reason and a fresh proof, set on another."""

from __future__ import annotations

from dataclasses import replace

from flask import abort, flash, redirect, render_template, request, url_for
from pydantic import ConfigDict
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from web.both.step_controller import Answer, respond_to_post
from web.forms import model_forms, pickers
from web.forms.model_forms import WebForm
from web.request import access_guards, security_log
from web.request.actor import current_actor
from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.translate import N_, gettext
from web.staff.blueprint import pages
from workflow.acts.base.form_fields import Id, Line, ask
from workflow.acts.privacy import protected_addresses
from workflow.acts.privacy.protected_addresses import (
    AddressForm,
    AddressReason,
    AddressView,
    Protect,
)
from workflow.record.access.open_plan import OpenPlan
from workflow.record.models import Party, Plan
from workflow.record.same_party import has_email
from workflow.rules.engine.denials import BadInput

NEEDED = ("whom", "protection", "reason")


class WhoseAndWhy(AddressReason):
    """Whose address is read, and why."""

    model_config = ConfigDict(extra="forbid")
    party_id: Id = ask(N_("Hvem gjelder det?"), "choice", "")


class Marking(Protect, AddressForm):
    """Who is marked, and where she lives; the person is named by the plan's number or the e-mail."""

    whom: Line = ask(
        N_("Hvem gjelder det?"),
        "line",
        "",
        help=N_("Plannummeret til personen, eller e-posten. Navnet kan du ikke søke etter."),
    )


@pages.get("/plan/<plan_id>/adresse")
@access_guards.plan_route("read_overview", kind="trace")
@access_guards.proved
def address(opened: OpenPlan) -> str:
    """Asks whose address and why; nothing is shown before that."""
    return asking(opened, model_forms.show(WhoseAndWhy, first(opened), choices=choices(opened)))


@pages.post("/plan/<plan_id>/adresse")
@access_guards.plan_route("read_overview", kind="trace")
@access_guards.proved
def read_address(opened: OpenPlan) -> str | tuple[str, int]:
    """The address, once the trace with the reason is kept."""
    with open_unit():
        form = model_forms.read(WhoseAndWhy, request.form, choices=choices(opened))
    if form.value is None or not form.value.reason or not form.value.party_id:
        if form.value is not None:
            form = form.with_error(gettext("Velg hvorfor du trenger adressen."), name="reason")
        return asking(opened, form), 422
    with open_unit() as session:
        home = protected_addresses.read_address(
            session, current_actor(), form.value.party_id, form.value.reason, now(), opened.plan.id
        )
    if home is None:
        abort(404)
    security_log.note(
        "protected_address",
        plan=opened.plan.id,
        subject=form.value.party_id,
        reason=form.value.reason,
    )
    return address_page(opened, home)


def choices(opened: OpenPlan) -> dict[str, list[tuple[str, str]]]:
    """The reasons that the reader may have, and those whose address may be read on this plan."""
    session = db_session()
    reasons = protected_addresses.reasons_for(session, current_actor(), opened.plan.id, now())
    if not reasons:
        abort(404)
    where = pickers.Where(session, now(), opened.plan.id)
    works = {key for key, _ in pickers.staff(where)}
    people = [one for one in pickers.askable_parties(where) if one[0] not in works]
    return {"reason": [(code, gettext(words)) for code, words in reasons], "party_id": people}


def first(opened: OpenPlan) -> dict[str, str]:
    """The person is the one asked about unless somebody else is chosen."""
    return {"party_id": opened.plan.person_id or ""}


def asking(opened: OpenPlan, form: WebForm[WhoseAndWhy]) -> str:
    """The page that asks."""
    form = replace(form, fields=tuple(replace(one, required=True) for one in form.fields))
    return render_template(
        "staff/address.html",
        plan=opened.plan,
        form=form,
        shown=None,
        back=back(opened),
        address=url_for("staff.read_address", plan_id=opened.plan.id),
    )


def address_page(opened: OpenPlan, home: AddressView) -> str:
    """The page with the address; it is not kept by the browser, and cannot be opened again unasked."""
    return render_template(
        "staff/address.html", plan=opened.plan, form=None, shown=home, back=back(opened)
    )


def back(opened: OpenPlan) -> str:
    """The plan, where the reader may open it."""
    return url_for("staff.plan", plan_id=opened.plan.id)


@pages.get("/beskyttet-adresse")
@access_guards.staff("operations", *protected_addresses.SETTERS)
def protection() -> str:
    """Marks somebody as protected, or ends it; and notes where she lives."""
    return marking_page(model_forms.show(Marking, choices=address_choices()))


@pages.post("/beskyttet-adresse")
@access_guards.staff("operations", *protected_addresses.SETTERS)
def protect() -> Answer:
    """Marks her; the person sees it among those who have looked."""

    def keep(wanted: Marking) -> None:
        with open_unit() as session:
            mark(session, wanted)

    def saved(_: object) -> Response:
        flash(gettext("Lagret. Personen kan se at det er gjort."))
        return redirect(url_for("staff.protection"), 303)

    form = model_forms.read(Marking, request.form, choices=address_choices())
    return respond_to_post(form, keep, saved, lambda kept, _: marking_page(kept))


def mark(session: Session, wanted: Marking) -> None:
    """Both writes in one transaction. Raises BadInput."""
    party_id = whom(session, wanted.whom)
    marker = Protect(protection=wanted.protection, reason=wanted.reason)
    protected_addresses.protect(session, current_actor(), party_id, marker, now())
    if wanted.street:
        lives = AddressForm(street=wanted.street, postcode=wanted.postcode, place=wanted.place)
        protected_addresses.write_address(session, current_actor(), party_id, lives, now())


def whom(session: Session, text: str) -> str:
    """The party with that e-mail, or whose plan has that number. Raises BadInput for anything else."""
    owner = select(Plan.person_id).where(Plan.number == text.upper())
    same = or_(has_email(Party, text), Party.id.in_(owner.scalar_subquery()))
    query = select(Party.id).where(same)
    # Two are enough to know that nobody is named; whose they are must not be told.
    party_ids = session.execute(query.limit(2)).scalars().all()
    if not text or len(party_ids) != 1:
        raise BadInput([("whom", "unknown_party", {})])
    return party_ids[0]


def address_choices() -> dict[str, list[tuple[str, str]]]:
    """The levels and the grounds."""
    return {
        "protection": [(code, gettext(words)) for code, words in protected_addresses.LEVEL_WORDS],
        "reason": [(code, gettext(words)) for code, words in protected_addresses.GROUNDS],
    }


def marking_page(form: WebForm[Marking]) -> str:
    """The page that marks."""
    by_name = {one.name: one for one in form.fields}
    needed = [replace(by_name[name], required=True) for name in NEEDED]
    rest = [one for one in form.fields if one.name not in NEEDED]
    form = replace(form, fields=(*needed, *rest))
    return render_template("staff/protection.html", form=form, address=url_for("staff.protect"))
