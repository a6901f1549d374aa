"""What stood wrong of somebody in the register: put right by one, and confirmed by another where it must be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.both.step_controller import Answer, respond_to_post
from web.forms import model_forms, pickers
from web.forms.model_forms import WebForm
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.reader import current_reader
from web.request.template_globals import current_settings
from web.request.translate import N_, gettext
from web.staff.blueprint import pages
from web.staff.privacy.protected_addresses import whom
from workflow.acts.base.form_fields import Line, ask
from workflow.acts.people import corrections, register
from workflow.acts.people.corrections import ConfirmCorrection, CorrectParty

FIELDS = {"email": N_("E-post"), "national_id": N_("Fødselsnummer")}
Choices = dict[str, list[tuple[str, str]]]


class Correcting(CorrectParty):
    """Whose it is, by the plan's number or the e-mail, and what is right."""

    whom: Line = ask(
        N_("Hvem gjelder det?"),
        "line",
        help=N_("Plannummeret til personen, eller e-posten. Navnet kan du ikke søke etter."),
    )


@pages.get("/rett-opplysninger")
@access_guards.staff("operations", *corrections.SETTERS)
def correction() -> str:
    """Asks what is right; nothing that stands of anybody is shown."""
    return correction_page(model_forms.show(Correcting, choices=second_choices()))


@pages.post("/rett-opplysninger")
@access_guards.staff("operations", *corrections.SETTERS)
def correct() -> Answer:
    """Puts it right, or asks the second human."""
    form = model_forms.read(Correcting, request.form, choices=second_choices())
    waits: list[str] = []

    def keep(wanted: Correcting) -> None:
        with open_unit() as session:
            party_id = whom(session, wanted.whom)
            digest = digest_of(wanted.national_id)
            told = corrections.correct(session, current_actor(), party_id, wanted, digest, now())
            waits.extend(name for name, how in told.items() if how == "waits")

    def saved(_: object) -> Response:
        asked = gettext("Lagret. En del gjelder først når den andre har bekreftet.")
        flash(asked if waits else gettext("Lagret. Personen kan se at det er gjort."))
        return redirect(url_for("staff.correction"), 303)

    return respond_to_post(form, keep, saved, lambda kept, _: correction_page(kept))


@pages.post("/rett-opplysninger/bekreft")
@access_guards.staff("operations", *corrections.SETTERS)
def confirm_correction() -> Answer:
    """The second human has typed the same, or says that it is not so."""
    form = model_forms.read(ConfirmCorrection, request.form, choices=waiting_choices())

    def keep(answer: ConfirmCorrection) -> None:
        with open_unit() as session:
            is_number = answer.value.replace(" ", "").isdigit()
            digest = digest_of(answer.value) if is_number and not answer.turn_down else ""
            corrections.confirm(session, current_actor(), answer, digest, now())

    def saved(_: object) -> Response:
        flash(gettext("Svaret er lagret."))
        return redirect(url_for("staff.correction"), 303)

    blank = model_forms.show(Correcting, choices=second_choices())
    return respond_to_post(form, keep, saved, lambda kept, _: correction_page(blank, kept))


def digest_of(national_id: str) -> str:
    """What is stored of a national id, or nothing. Raises BadInput."""
    known = current_settings()
    number = register.check_national_id(national_id, synthetic_only=not known.production)
    key = known.identity_key.get_secret_value()
    return register.digest_national_id(key, number) if number else ""


def second_choices() -> Choices:
    """Those who may confirm: who may correct, but the reader."""
    where = pickers.Where(db_session(), now())
    others = corrections.list_confirmers(db_session(), now())
    mine = current_reader().party_id
    return {
        "confirmer_id": [one for one in pickers.staff(where) if one[0] in others and one[0] != mine]
    }


def waiting_choices() -> Choices:
    """What waits for the reader: whose, and which field."""
    waiting = corrections.list_waiting(db_session(), current_reader().party_id)
    return {
        "correction_id": [(one.id, f"{one.name}: {gettext(FIELDS[one.field])}") for one in waiting]
    }


def correction_page(form: WebForm[Any], answer: WebForm[ConfirmCorrection] | None = None) -> str:
    """The page: what waits for the reader, and the form."""
    waiting = waiting_choices()
    # The class adds whose it is after what is right; the reader says it first.
    form = replace(form, fields=tuple(sorted(form.fields, key=lambda one: one.name != "whom")))
    if answer is None:
        answer = model_forms.show(ConfirmCorrection, choices=waiting)
    return render_template(
        "staff/correction.html",
        form=form,
        answer=answer if waiting["correction_id"] or answer.errors else None,
        address=url_for("staff.correct"),
        confirm=url_for("staff.confirm_correction"),
    )
