"""Puts the Flask application together from its parts; each part installs itself."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from web import (
    assets_url,
    clock,
    database,
    errors,
    formats,
    guards,
    header,
    hidden_parts,
    language,
    limits,
    municipality,
    oidc,
    proxies,
    second_step,
    security,
    security_log,
    sessions,
    step_urls,
    texts,
    watch,
)
from web.authenticators import pages as authenticator_pages
from web.forgotten import pages as link_pages
from web.guest_links import pages as guest_link_pages
from web.health import pages as health_pages
from web.home import pages as home_pages
from web.machines import pages as machine_pages
from web.mail import pages as mail_pages
from web.my_sessions import pages as my_sessions_pages
from web.oidc import pages as oidc_pages
from web.oidc_goodbye import pages as goodbye_pages
from web.own_data import pages as own_data_pages
from web.passkeys import pages as passkey_pages
from web.person import BLUEPRINTS as PERSON
from web.proving import pages as proving_pages
from web.second_step import pages as second_step_pages
from web.signin import pages as signin_pages
from web.staff import BLUEPRINTS as STAFF
from workflow import logs
from workflow.settings import Settings

PARTS = (
    proxies,
    security_log,
    municipality,
    database,
    clock,
    security,
    language,
    sessions,
    guards,
    second_step,
    formats,
    texts,
    hidden_parts,
    oidc,
    assets_url,
    header,
    limits,
    errors,
    watch,
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


def build(settings: Settings) -> Flask:
    """The application; needs no database to start, so that it can say that there is none."""
    app = Flask("web", root_path=str(Path(__file__).parent))
    app.extensions["planlop_settings"] = settings
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.auto_reload = settings.debug
    logs.speak(settings.log_level)
    step_urls.install(app, settings)
    for part in PARTS:
        part.install(app, settings)
    mail = (mail_pages,) if settings.catch_mail and not settings.production else ()
    for blueprint in (*FRAME, *LOCAL, *mail, *STAFF, *PERSON):
        app.register_blueprint(blueprint)
    return app
