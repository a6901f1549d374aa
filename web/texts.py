"""What every template needs: settings that people read; the sentences stand in the templates."""

from __future__ import annotations

from flask import Flask, current_app

from workflow.settings import Settings


def settings() -> Settings:
    """The settings of the running application."""
    found: Settings = current_app.extensions["planlop_settings"]
    return found


def install(app: Flask, settings: Settings) -> None:
    """Gives templates the telephone numbers that stand on every page."""
    app.jinja_env.globals.update(
        unit_name=settings.unit_name,
        unit_phone=settings.unit_telephone,
        help_urgent=settings.help_urgent,
        help_emergency=settings.help_emergency,
        help_talk=settings.help_talk,
        demo=settings.demo,
    )
