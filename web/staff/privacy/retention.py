"""How long closed plans are kept, and which are past their time; the erasing itself is a command for two people."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.both.step_controller import Answer, respond_to_post
from web.forms import model_forms
from web.forms.model_forms import WebForm
from web.request import access_guards
from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.translate import N_, gettext
from web.staff.blueprint import pages
from workflow.acts.base import form_fields as asked
from workflow.acts.privacy import retention


class Years(asked.Form):
    """How many calendar years a closed plan is kept; empty keeps it for ever."""

    years: int | None = asked.ask(
        N_("Hvor mange år skal avsluttede planer tas vare på?"),
        "number",
        None,
        help=N_(
            "Tomt felt: alt blir tatt vare på. Spør arkivet først, for loven kan si at ingenting kan slettes."
        ),
    )


@pages.get("/oppbevaring")
@access_guards.staff("operations", "administrator")
def retention_page() -> str:
    """The time, and the plans past it by number; whose they are does not stand here."""
    years = retention.years_of(db_session())
    return show_page(model_forms.show(Years, {"years": years}))


@pages.post("/oppbevaring")
@access_guards.staff("operations", "administrator")
def set_retention() -> Answer:
    """Sets the time; nothing is erased by that."""

    def keep(value: Years) -> None:
        with open_unit() as session:
            retention.set_years(session, value.years)

    def saved(_: object) -> Response:
        flash(gettext("Lagret. Ingenting er slettet."))
        return redirect(url_for("staff.retention_page"), 303)

    return respond_to_post(
        model_forms.read(Years, request.form), keep, saved, lambda kept, _: show_page(kept)
    )


def show_page(form: WebForm[Years]) -> str:
    """The page."""
    lot = retention.past_time(db_session(), now())
    return render_template(
        "staff/retention.html", form=form, lot=lot, address=url_for("staff.set_retention")
    )
