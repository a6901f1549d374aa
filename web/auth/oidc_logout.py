"""Sign-out with a provider: leading there when a reader signs out here, and ending sessions when it says so."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from flask import Blueprint, Flask, g, make_response, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response

from web.auth import oidc_state
from web.auth.oidc import provider_of, talk_with
from web.http.security_headers import without_token
from web.request import access_guards, security_log
from web.request.clock import now
from web.request.database import open_unit
from web.request.language import current_language
from web.request.reader import Reader
from web.request.template_globals import current_settings
from workflow.acts.accounts import sessions
from workflow.acts.accounts.one_time_tokens import spend_token

pages = Blueprint("goodbye", __name__)
REMEMBERED = timedelta(hours=1)  # longer than a logout token counts


def leads_on(who: Reader) -> Response | None:
    """The page after signing out here that goes on to the provider; None where there is nothing to end.

    It is a page of its own and no redirect: our content policy lets forms lead to our own pages
    only, and browsers hold a form's redirects against it.
    """
    address = end_address(who.provider)
    if not address:
        return None
    g.reader = None
    label = current_settings().oidc[who.provider].label_in(current_language())
    page = make_response(render_template("signin/left.html", address=address, provider=label))
    page.headers["Refresh"] = f"0; url={address}"
    return oidc_state.drop_hint(page)


def end_address(name: str) -> str:
    """Where the provider ends its own session (RP-Initiated Logout 1.0); empty where it does not."""
    from web.auth.oidc_client import ProviderAway

    provider = current_settings().oidc.get(name)
    if provider is None or not provider.sign_out:
        return ""
    try:
        door = talk_with(name).endpoint("end_session_endpoint")
    # Signed out here all the same; a provider that is away must not keep the reader in.
    except ProviderAway:
        return ""
    if not door:
        return ""
    back = f"{current_settings().base_url}{url_for('signin.choose')}"
    fields = {"client_id": provider.client_id, "post_logout_redirect_uri": back}
    seen = oidc_state.hint()
    return f"{door}?{urlencode({**fields, 'id_token_hint': seen} if seen else fields)}"


@pages.post("/logg-inn/hos/<name>/ut")
@access_guards.public()
def ended(name: str) -> Response:
    """A provider says that a session is over: ours end at once (Back-Channel Logout 1.0, section 2.7)."""
    from web.auth.oidc_client import AnswerRefused, ProviderAway

    provider_of(name)
    try:
        claims = talk_with(name).farewell(request.form.get("logout_token", ""), now())
    except (AnswerRefused, ProviderAway) as problem:
        security_log.note("sign_in_failed", method="logout_token", provider=name)
        return answer_machine(400 if isinstance(problem, AnswerRefused) else 503)
    with open_unit() as session:
        if not spend_token(session, "logout_token", f"{name}:{claims['jti']}", now(), REMEMBERED):
            return answer_machine(400)
        count = sessions.end_at_provider(
            session, name, now(), subject=claims.get("sub") or "", sid=claims.get("sid") or ""
        )
    security_log.note("sessions_ended", reason="provider", provider=name, count=count)
    return answer_machine(200)


def answer_machine(status: int) -> Response:
    """An answer without words, for a machine."""
    return Response(status=status, mimetype="text/plain")


@pages.record
def open_to_providers(state: BlueprintSetupState) -> None:
    """The provider's machine holds no form of ours; its signature stands for the token."""
    assert isinstance(state.app, Flask)
    without_token(state.app, "goodbye.ended", "a provider's logout token is signed by its key")
