"""Puts the Flask application together from its parts; each part installs itself."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from web.auth import oidc, second_step
from web.auth.authenticators import pages as authenticator_pages
from web.auth.guest_links import pages as guest_link_pages
from web.auth.home import pages as home_pages
from web.auth.my_sessions import pages as my_sessions_pages
from web.auth.oidc import pages as oidc_pages
from web.auth.oidc_logout import pages as goodbye_pages
from web.auth.passkeys import pages as passkey_pages
from web.auth.password_reset import pages as link_pages
from web.auth.reauthenticate import pages as proving_pages
from web.auth.second_step import pages as second_step_pages
from web.auth.sign_in import pages as signin_pages
from web.both.caught_mail import pages as mail_pages
from web.both.own_data import pages as own_data_pages
from web.http import (
    error_pages,
    rate_limits,
    security_headers,
    static_files,
    sweep_alarm,
    trusted_proxies,
)
from web.http.health import pages as health_pages
from web.http.well_known import pages as machine_pages
from web.page import formats, header, not_shared
from web.person import BLUEPRINTS as PERSON
from web.request import (
    access_guards,
    clock,
    database,
    language,
    municipality,
    reader,
    security_log,
    step_urls,
    template_globals,
)
from web.staff import BLUEPRINTS as STAFF
from workflow import logs
from workflow.settings import Settings

# Whose request it is comes before its database, the reader before whatever asks for her: guards,
# second step, head of the page, limits.
PARTS = (
    step_urls,
    trusted_proxies,
    security_log,
    municipality,
    database,
    clock,
    security_headers,
    language,
    reader,
    access_guards,
    second_step,
    formats,
    template_globals,
    not_shared,
    oidc,
    static_files,
    header,
    rate_limits,
    error_pages,
    sweep_alarm,
)
FRAME = (
    home_pages,
    signin_pages,
    oidc_pages,
    goodbye_pages,
    proving_pages,
    my_sessions_pages,
    own_data_pages,
    health_pages,
    machine_pages,
)
LOCAL = (second_step_pages, passkey_pages, authenticator_pages, link_pages, guest_link_pages)


def build_app(settings: Settings) -> Flask:
    """The application; needs no database to start, so that it can say that there is none."""
    app = Flask("web", root_path=str(Path(__file__).parents[1]))
    app.extensions["planlop_settings"] = settings
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.auto_reload = settings.debug
    logs.speak(settings.log_level)
    for part in PARTS:
        part.install(app, settings)
    mail = (mail_pages,) if settings.catch_mail and not settings.production else ()
    for blueprint in (*FRAME, *LOCAL, *mail, *STAFF, *PERSON):
        app.register_blueprint(blueprint)
    return app
