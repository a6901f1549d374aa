"""What every template needs: settings that people read; the sentences stand in the templates."""

from __future__ import annotations

from flask import Flask
from werkzeug.local import LocalProxy

from web.municipality import settings_here
from workflow.settings import Settings


def settings() -> Settings:
    """The settings that hold for this request's municipality."""
    return settings_here()


def install(app: Flask, settings: Settings) -> None:
    """Gives templates the telephone numbers that stand on every page."""
    app.jinja_env.globals.update(
        unit_name=LocalProxy(lambda: settings_here().unit_name),
        unit_phone=LocalProxy(lambda: settings_here().unit_telephone),
        help_urgent=settings.help_urgent,
        help_emergency=settings.help_emergency,
        help_talk=settings.help_talk,
        demo=settings.demo,
    )
