"""«Mine innlogginger»: where the reader is signed in, and the buttons that end it there."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web.request import access_guards, security_log
from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.language import current_language
from web.request.reader import current_reader, session_limits
from web.request.template_globals import current_settings
from web.request.translate import N_, gettext, ngettext
from workflow.acts.accounts import sessions

pages = Blueprint("my_sessions", __name__)

METHODS: dict[str, str] = {
    "password": N_("Med e-post og passord"),
    "totp": N_("Med passord og kode"),
    "passkey": N_("Med passnøkkel"),
    "recovery": N_("Med passord og kode på papir"),
    "invitation": N_("Med en lenke fra oss"),
    "guest": N_("Med en lenke fra oss"),
    "demo": N_("Med ett trykk i prøven"),
}


@pages.get("/min-konto/innlogginger")
@access_guards.signed_in(kind="account")
def listed() -> str:
    """The reader's own open sessions, this one marked."""
    own_screen()
    who = current_reader()
    rows = sessions.mine(db_session(), who.party_id, now(), session_limits())
    return render_template(
        "account/sessions.html",
        rows=rows,
        here=who.sign_in_id,
        how=how,
        voice="staff" if who.is_staff else "person",
    )


@pages.post("/min-konto/innlogginger/avslutt")
@access_guards.signed_in(kind="account")
def end() -> Response:
    """Ends one of the reader's sessions; this one too, then the sign-in page comes."""
    own_screen()
    with open_unit() as session:
        was_mine = sessions.end_mine(
            session, current_reader().party_id, request.form.get("session", ""), now()
        )
    if not was_mine:
        abort(404)
    security_log.note("session_ended", reason="revoked")
    flash(gettext("Innloggingen er avsluttet."))
    return redirect(url_for("my_sessions.listed"), 303)


@pages.post("/min-konto/innlogginger/avslutt-andre")
@access_guards.signed_in(kind="account")
def end_others() -> Response:
    """Ends every session of the reader's but this one, at once."""
    own_screen()
    who = current_reader()
    with open_unit() as session:
        count = sessions.end_all(session, who.party_id, now(), "revoked", but=who.sign_in_id)
    security_log.note("sessions_ended", reason="revoked", count=count)
    flash(
        ngettext("%(num)s innlogging er avsluttet.", "%(num)s innlogginger er avsluttet.", count)
        if count
        else gettext("Du var ikke logget inn andre steder.")
    )
    return redirect(url_for("my_sessions.listed"), 303)


def own_screen() -> None:
    """404 at a lent screen: the session belongs to whoever lent it."""
    if current_reader().beside_plan_id is not None:
        abort(404)


def how(row: sessions.OwnSession) -> str:
    """How a session was opened, in words."""
    if row.method == "oidc":
        provider = current_settings().oidc.get(row.provider)
        label = provider.label_in(current_language()) if provider else row.provider
        return gettext("Med %(provider)s", provider=label)
    return gettext(METHODS.get(row.method, METHODS["password"]))
