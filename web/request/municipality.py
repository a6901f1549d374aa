"""Which municipality a request is for: its host name says it, before anything else is asked."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, g, has_request_context, request
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Engine, event

from web.request import security_log
from web.request.role_check import refuse_wide
from workflow.record.database.engine import make_engine
from workflow.record.database.pools import Pools
from workflow.registry import Municipality, Registry, load_registry, own_settings, refuse_wider
from workflow.settings import Settings

REGISTRY, POOLS, SETTINGS = "planlop_registry", "planlop_pools", "planlop_settings"
WITHOUT = frozenset({"health.healthz", "health.readyz"})  # the keeper asks by the process's address
NAMELESS = "Not found\n"


def install(app: Flask, settings: Settings) -> None:
    """Reads the registry, refuses a role wider than the web's, and asks each request for its host.

    Raises SettingsRefused.
    """
    registry = load_registry(settings)
    refuse_wider(registry, "web")
    app.extensions[REGISTRY] = registry
    app.extensions[POOLS] = Pools(registry, "web", make=maker(settings))
    app.session_interface = OwnKey()
    app.before_request(refuse_unknown_host)


def maker(settings: Settings) -> Any:
    """How an engine is made; in production each of its connections is asked for its role."""

    def make(url: str, **options: Any) -> Engine:
        engine = make_engine(url, **options)
        if settings.production:
            event.listen(engine, "connect", refuse_wide)
        return engine

    return make


def current_registry() -> Registry:
    """The municipalities of the running application."""
    municipalities: Registry = current_app.extensions[REGISTRY]
    return municipalities


def current_pools() -> Pools:
    """Their engines."""
    engines: Pools = current_app.extensions[POOLS]
    return engines


def find_municipality() -> Municipality | None:
    """The one that this request is for, None where no municipality has the host it names.

    Outside of a request the only one there is.
    """
    if not has_request_context():
        return current_registry().only
    if "municipality" not in g:
        g.municipality = current_registry().by_host(request.host)
    current: Municipality | None = g.municipality
    return current


def require_municipality() -> Municipality:
    """The municipality of this request. Raises LookupError where there is none."""
    current = find_municipality()
    if current is None:
        raise LookupError("no municipality has this host")
    return current


def settings_here() -> Settings:
    """The installation's settings with this municipality's own address, keys and telephone."""
    common: Settings = current_app.extensions[SETTINGS]
    current = find_municipality()
    if current is None or not current.code:
        return common
    known: dict[str, Settings] = current_app.extensions.setdefault("planlop_own_settings", {})
    if current.code not in known:
        known[current.code] = own_settings(common, current, "web")
    return known[current.code]


def refuse_unknown_host() -> Response | None:
    """An answer that names nothing to a host that nobody here has; pools long unused are closed."""
    current_pools().close_idle()
    if find_municipality() is not None or request.endpoint in WITHOUT:
        return None
    security_log.note("wrong_host")
    return Response(NAMELESS, 404, mimetype="text/plain")


class OwnKey(SecureCookieSessionInterface):
    """Signs the browser's form cookie with the municipality's own key: at another host it is nothing."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Flask's own serializer with another key."""
        current = find_municipality()
        if current is None or not current.code:
            return super().get_signing_serializer(app)
        return URLSafeTimedSerializer(
            [current.secret_key()],
            salt=self.salt,
            serializer=self.serializer,
            signer_kwargs={
                "key_derivation": self.key_derivation,
                "digest_method": self.digest_method,
            },
        )
