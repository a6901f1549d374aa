"""Sign-in by OpenID Connect: leading to the provider, taking its answer once, and saying what went wrong."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from web.auth import oidc_state
from web.auth.home import first_page
from web.auth.oidc_state import PendingProvider
from web.request import access_guards, security_log
from web.request.clock import now
from web.request.database import db_session, open_unit
from web.request.language import current_language
from web.request.reader import (
    Reader,
    as_let_in,
    current_reader,
    open_session,
    remember_cookie,
    session_limits,
)
from web.request.safe_redirects import next_page, safe_address
from web.request.template_globals import current_settings
from web.request.translate import N_, gettext
from workflow.acts.accounts import oidc_identities, sessions
from workflow.acts.accounts.one_time_tokens import spend_token
from workflow.identity_providers import Level, Provider
from workflow.settings import Settings

# Authlib comes in at the first conversation: an installation without providers never loads it.
if TYPE_CHECKING:
    from web.auth.oidc_client import OidcClient

pages = Blueprint("oidc", __name__)
TALKS = "planlop_oidc"


@dataclass(frozen=True)
class SignInTrouble:
    """What a page says when a sign-in did not come through: status, what, why and what now."""

    status: int
    what: str
    why: str
    now: str


TROUBLES: dict[str, SignInTrouble] = {
    "away": SignInTrouble(
        503,
        N_("Innloggingen svarer ikke"),
        N_("Vi får ikke kontakt med %(provider)s akkurat nå. Det er ikke din feil."),
        N_("Prøv igjen om litt, eller logg inn på en annen måte."),
    ),
    "stale": SignInTrouble(
        400,
        N_("Innloggingen ble avbrutt"),
        N_("Det tok for lang tid, eller siden ble åpnet en gang til."),
        N_("Begynn på nytt. Ingenting er galt."),
    ),
    "stopped": SignInTrouble(
        403,
        N_("Du ble ikke logget inn"),
        N_("Innloggingen hos %(provider)s stoppet før den var ferdig."),
        N_("Prøv igjen, eller logg inn på en annen måte."),
    ),
    "refused": SignInTrouble(
        400,
        N_("Vi kunne ikke stole på svaret"),
        N_("Svaret fra %(provider)s stemte ikke. Derfor er du ikke logget inn."),
        N_("Prøv igjen. Skjer det flere ganger, så ring oss."),
    ),
    "weak": SignInTrouble(
        403,
        N_("Innloggingen var ikke sikker nok"),
        N_("Her må vi være helt sikre på hvem du er."),
        N_("Prøv igjen, og velg en sikrere måte å logge inn på."),
    ),
    "unknown": SignInTrouble(
        403,
        N_("Vi finner deg ikke her"),
        N_("Innloggingen hos %(provider)s gikk bra, men her er ikke noe som er delt med deg."),
        N_("Har du fått en lenke fra oss, så bruk den. Ellers kan du ringe oss."),
    ),
}


class NotIn(Exception):
    """The sign-in did not come through: `trouble` names the page, `reason` is for the log alone."""

    def __init__(self, trouble: str, reason: str = "") -> None:
        super().__init__(trouble)
        self.trouble, self.reason = trouble, reason or trouble


def install(app: Flask, settings: Settings) -> None:
    """Shows the providers to the sign-in page; asks none of them anything."""
    app.extensions[TALKS] = {}
    app.jinja_env.globals["sign_in_providers"] = provider_buttons


def provider_buttons() -> list[tuple[str, str]]:
    """Address and label of each provider's button; the page asked for comes along."""
    where = next_page() or None
    return [
        (url_for("oidc.begin", name=name, next=where), one.label_in(current_language()))
        for name, one in current_settings().oidc.items()
    ]


def provider_of(name: str) -> Provider:
    """The provider of that name; 404 where there is none."""
    provider = current_settings().oidc.get(name)
    return provider if provider is not None else abort(404)


def talk_with(name: str) -> OidcClient:
    """What this process knows of a provider; the library comes in at the first one."""
    from web.auth.oidc_client import OidcClient

    talks: dict[str, OidcClient] = current_app.extensions[TALKS]
    if name not in talks:
        ours = current_settings()
        back = f"{ours.base_url}{url_for('oidc.answer', name=name)}"
        talks[name] = OidcClient(provider_of(name), back, ours.oidc_timeout, ours.production)
    return talks[name]


@pages.get("/logg-inn/hos/<name>")
@access_guards.public(kind="sign-in")
def begin(name: str) -> Response | tuple[str, int]:
    """Leads to the provider. ?ny=1 asks it not to answer with whoever it knows already."""
    provider = provider_of(name)
    return lead_to(
        provider, oidc_state.new_question(name, now(), next_page(), other="ny" in request.args)
    )


def lead_to(provider: Provider, pending: PendingProvider) -> Response | tuple[str, int]:
    """Sends the browser to the provider with a question; a page where it does not answer."""
    from web.auth.oidc_client import ProviderAway

    try:
        address = talk_with(provider.name).question(question_of(pending))
    except ProviderAway as problem:
        return trouble(provider, NotIn("away", str(problem)))
    return oidc_state.keep(redirect(address, 303), pending)


def question_of(pending: PendingProvider) -> Any:
    """The question in the words of the conversation."""
    from web.auth.oidc_client import AuthorizationRequest

    return AuthorizationRequest(
        pending.state, pending.nonce, pending.verifier, pending.again, pending.other
    )


@pages.get("/logg-inn/hos/<name>/svar")
@access_guards.public(kind="sign-in")
def answer(name: str) -> Response | tuple[str, int]:
    """Takes the provider's answer, once: signs in, or proves anew who is signed in."""
    provider = provider_of(name)
    pending = oidc_state.on_its_way(now())
    try:
        response = come_through(provider, pending)
    except NotIn as problem:
        return trouble(provider, problem, pending)
    return oidc_state.take_question(response)


def come_through(provider: Provider, pending: PendingProvider | None) -> Response:
    """1. The answer fits the question. 2. It holds. 3. It is sure enough. 4. Somebody here is meant.

    Raises NotIn with the page to show.
    """
    from web.auth.oidc_client import AnswerRefused, ProviderAway

    code, pending = fitting(provider, pending)
    try:
        claims, id_token = talk_with(provider.name).answer(code, question_of(pending), now())
    except ProviderAway as problem:
        raise NotIn("away", str(problem)) from problem
    except AnswerRefused as problem:
        raise NotIn("refused", problem.reason) from problem
    level = sure_enough(provider, claims)
    if pending.again:
        return note_proof(provider, claims, pending)
    return open_session_of(provider, claims, level, id_token, pending)


def fitting(provider: Provider, pending: PendingProvider | None) -> tuple[str, PendingProvider]:
    """The code, where the answer belongs to the question of this browser, for the first time only."""
    given = request.args.get("state", "")
    ours = pending is not None and pending.provider == provider.name
    if (
        pending is None
        or not ours
        or not hmac.compare_digest(given.encode(), pending.state.encode())
    ):
        raise NotIn("stale", "state")
    if not from_issuer(provider):
        raise NotIn("refused", "iss")
    with open_unit() as session:
        # Before the code is used, so that a replay finds it spent; remembered for longer than the
        # cookie counts.
        if not spend_token(session, "oidc_state", given, now(), oidc_state.LASTS * 2):
            raise NotIn("stale", "replayed")
    code = request.args.get("code", "")
    if request.args.get("error") or not code:
        raise NotIn("stopped", "error")
    return code, pending


def from_issuer(provider: Provider) -> bool:
    """Whether the answer names the provider that was asked, where it is one that does (RFC 9207)."""
    from web.auth.oidc_client import ProviderAway

    named = request.args.get("iss")
    if named is not None:
        return named == provider.issuer
    try:
        tells = "authorization_response_iss_parameter_supported"
        return not talk_with(provider.name).describe().get(tells)
    except ProviderAway as problem:
        raise NotIn("away", str(problem)) from problem


def sure_enough(provider: Provider, claims: dict[str, Any]) -> Level:
    """The level of assurance, where it lets anybody in and the roles asked for are there."""
    level = provider.level_of(claims.get(provider.claims.level))
    if not provider.is_sure_enough(level):
        raise NotIn("weak", level or "none")
    if provider.roles and not set(provider.roles) & set(words(claims, provider.claims.roles)):
        raise NotIn("unknown", "role")
    return level


def words(claims: dict[str, Any], name: str) -> list[str]:
    """The texts of a claim, one or many; `a.b` goes into an object, as Keycloak's realm_access.roles."""
    value: Any = claims.get(name)
    if value is None and "." in name and "://" not in name:
        value = claims
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
    listed = value if isinstance(value, list) else [value]
    texts = [str(one) for one in listed if isinstance(one, str | int)]
    return [one for one in texts if one.isprintable()]


def read_claims(provider: Provider, claims: dict[str, Any]) -> oidc_identities.ProviderClaims:
    """What counts of the claims for finding out who is meant."""
    names = provider.claims
    email = next(iter(words(claims, names.email)), "") if provider.by_email else ""
    verified = claims.get(names.email_verified) in (True, "true", "1")
    number = provider.municipality
    if provider.organisations:
        known = [provider.organisations.get(one) for one in words(claims, names.organisation)]
        number = next((one for one in known if one), "") or abort_unknown("organisation")
    return oidc_identities.ProviderClaims(
        provider.name,
        str(claims["sub"]),
        national_id=next(iter(words(claims, names.national_id)), ""),
        email=email if verified else "",
        municipality=number,
        who=provider.who,
    )


def abort_unknown(reason: str) -> str:
    """Nobody here is meant."""
    raise NotIn("unknown", reason)


@contextmanager
def turn_away_unknown() -> Iterator[None]:
    """Whoever is not known here is not in."""
    try:
        yield
    except oidc_identities.NotKnown as problem:
        raise NotIn("unknown", problem.reason) from problem


def open_session_of(
    provider: Provider,
    claims: dict[str, Any],
    level: Level,
    id_token: str,
    pending: PendingProvider,
) -> Response:
    """Opens the session and leads on; nothing is stored where it turns out that nobody may come in."""
    words = read_claims(provider, claims)
    with turn_away_unknown(), open_unit() as session:
        party = oidc_identities.party_of(session, words, identity_key(), now())
        token = open_session(
            session,
            party,
            method="oidc",
            acr=level,
            provider=provider.name,
            provider_subject=words.subject,
            provider_session=str(claims.get("sid", "")),
        )
        oidc_identities.must_be_private(session, party, words)
    who = sessions.reader_of(db_session(), token, now(), session_limits())
    if who is None:
        raise NotIn("stale", "session")
    g.reader = who = as_let_in(who)
    security_log.note("sign_in", method="oidc", provider=provider.name)
    where = safe_address(pending.onward) or first_page(who)
    response = remember_cookie(redirect(where, 303), token)
    return (
        oidc_state.keep_hint(response, id_token, session_limits().lasts)
        if provider.sign_out
        else response
    )


def identity_key() -> str:
    """The key of the digests of national ids."""
    return current_settings().identity_key.get_secret_value()


def note_proof(provider: Provider, claims: dict[str, Any], pending: PendingProvider) -> Response:
    """Notes that the same human has just signed in anew; a proof made before it was asked for is none."""
    who: Reader = current_reader()
    at = claims.get("auth_time")
    fresh = isinstance(at, int | float) and at >= pending.began - provider.leeway
    if not fresh:
        raise NotIn("refused", "auth_time")
    with turn_away_unknown(), open_unit() as session:
        party = oidc_identities.party_of(
            session, read_claims(provider, claims), identity_key(), now()
        )
        if party.id != who.party_id:
            raise NotIn("refused", "other_person")
        token = sessions.renew(session, who.sign_in_id, now())
    security_log.note("proved", method="oidc", provider=provider.name)
    return remember_cookie(
        redirect(safe_address(pending.onward) or url_for("home.front"), 303), token
    )


def trouble(
    provider: Provider, problem: NotIn, pending: PendingProvider | None = None
) -> tuple[str, int]:
    """The page that says what happened and what to do now; the log gets a code."""
    security_log.note(
        "sign_in_failed", method="oidc", provider=provider.name, reason=problem.reason
    )
    explanation = TROUBLES[problem.trouble]
    # Asked plainly again, the provider would answer with the very same sign-in.
    new = "1" if problem.trouble in ("weak", "unknown") else None
    where = pending.onward if pending else next_page()
    if pending and pending.again:
        retry = url_for("proving.ask", next=where or None)
    else:
        retry = url_for("oidc.begin", name=provider.name, next=where or None, ny=new)
    names = {"provider": provider.label_in(current_language())}
    return (
        render_template(
            "signin/trouble.html",
            what=gettext(explanation.what),
            why=gettext(explanation.why, **names),
            now=gettext(explanation.now),
            retry=retry,
            provider=names["provider"],
        ),
        explanation.status,
    )
