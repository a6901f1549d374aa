"""How long closed plans are kept, and which are past their time; the erasing itself is a command for two people."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web import forms, guards
from web.clock import now
from web.database import db_session, unit
from web.forms import Form
from web.staff.attempt import explained
from web.staff.blueprint import pages
from web.words import N_, gettext
from workflow.acts import forms as asked
from workflow.acts import retention
from workflow.rules.denials import BadInput


class Years(asked.Form):
    """How many calendar years a closed plan is kept; empty keeps it for ever."""

    years: int | None = asked.ask(
        N_("Hvor mange år skal avsluttede planer tas vare på?"), "number", None,
        help=N_("Tomt felt: alt blir tatt vare på. Spør arkivet først, for loven kan si at ingenting kan slettes."),
    )  # fmt: skip


@pages.get("/oppbevaring")
@guards.staff("operations", "administrator")
def retention_page() -> str:
    """The time, and the plans past it by number; whose they are does not stand here."""
    years = retention.years_of(db_session())
    return shown(forms.show(Years, {"years": years}))


@pages.post("/oppbevaring")
@guards.staff("operations", "administrator")
def set_retention() -> Response | tuple[str, int]:
    """Sets the time; nothing is erased by that."""
    form = forms.read(Years, request.form)
    if form.value is not None:
        try:
            with unit() as session:
                retention.set_years(session, form.value.years)
        except BadInput as stopped:
            form = explained(form, stopped)
        else:
            flash(gettext("Lagret. Ingenting er slettet."))
            return redirect(url_for("staff.retention_page"), 303)
    return shown(form), 422


def shown(form: Form[Years]) -> str:
    """The page."""
    lot = retention.past_time(db_session(), now())
    return render_template(
        "staff/retention.html", form=form, lot=lot, address=url_for("staff.set_retention")
    )
