"""The reader's own absences: from when, until when, and who steps in."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.both.step_controller import Answer, respond_to_post
from web.forms import model_forms, pickers
from web.forms.model_forms import WebForm
from web.request import access_guards
from web.request.actor import current_actor
from web.request.clock import now, today
from web.request.database import db_session, open_unit
from web.request.reader import current_reader
from web.request.translate import gettext
from web.staff.blueprint import pages
from workflow.acts.people import absences
from workflow.acts.people.absences import AbsenceForm


@pages.get("/borte")
@access_guards.staff("account")
def own_absences() -> str:
    """When the reader is away, and a form for one time more."""
    form = model_forms.show(AbsenceForm, {"from_on": today()}, choices=others())
    return away_page(form)


@pages.post("/borte")
@access_guards.staff("account")
def go_away() -> Answer:
    """Records that the reader is away, and who steps in."""

    def record(value: AbsenceForm) -> None:
        with open_unit() as session:
            absences.set_substitute(
                session, current_actor(), current_reader().party_id, value, now()
            )

    def saved(_: object) -> Response:
        flash(gettext("Lagret. Andre ser at du er borte, og hvem de kan spørre."))
        return redirect(url_for("staff.own_absences"), 303)

    form = model_forms.read(AbsenceForm, request.form, choices=others())
    return respond_to_post(form, record, saved, lambda kept, _: away_page(kept))


@pages.post("/borte/<absence_id>/tilbake")
@access_guards.staff("account")
def come_back(absence_id: str) -> Response:
    """The absence ends now; one that has not begun does not begin."""
    with open_unit() as session:
        absences.come_back(session, current_actor(), absence_id, now())
    flash(gettext("Lagret. Du får påminnelsene dine selv nå."))
    return redirect(url_for("staff.own_absences"), 303)


def others() -> dict[str, list[tuple[str, str]]]:
    """Everybody who works here but the reader."""
    where = pickers.Where(db_session(), now())
    return {
        "substitute_id": [
            pair for pair in pickers.staff(where) if pair[0] != current_reader().party_id
        ]
    }


def away_page(form: WebForm[AbsenceForm]) -> str:
    """The list and the form."""
    mine = absences.coming(db_session(), now(), current_reader().party_id)
    return render_template("staff/away.html", form=form, absences=mine, moment=now())
