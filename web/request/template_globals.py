"""Settings that people read on every page: the municipality's name and the telephone numbers for help."""

from __future__ import annotations

from flask import Flask
from werkzeug.local import LocalProxy

from web.request.municipality import find_municipality, settings_here
from workflow.settings import Settings


def current_settings() -> Settings:
    """The settings that hold for this request's municipality."""
    return settings_here()


def name_here() -> str:
    """What the municipality of this request is called; nothing where it is alone."""
    current = find_municipality()
    return current.name if current else ""


def install(app: Flask, settings: Settings) -> None:
    """Gives templates the telephone numbers that stand on every page."""
    app.jinja_env.globals.update(
        municipality_name=LocalProxy(name_here),
        unit_name=LocalProxy(lambda: settings_here().unit_name),
        unit_phone=LocalProxy(lambda: settings_here().unit_telephone),
        help_urgent=settings.help_urgent,
        help_emergency=settings.help_emergency,
        help_talk=settings.help_talk,
        demo=settings.demo,
    )
