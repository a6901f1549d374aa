"""The step of an address: a Norwegian verb there (`/steg/ferdig`), the step's name in the view.

A verb that means no step is no address at all, so no view has to ask whether its step exists.
"""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter, ValidationError

from workflow.settings import Settings
from workflow.words.steps.catalogue import STEP_OF_URL, URLS


class StepConverter(BaseConverter):
    """`<step:step_name>` in a route."""

    def to_python(self, value: str) -> str:
        """The step that the verb means. Raises ValidationError, which is 404."""
        if value not in STEP_OF_URL:
            raise ValidationError(value)
        return STEP_OF_URL[value]

    def to_url(self, value: str) -> str:
        """The verb of a step. Raises KeyError for what is no step."""
        return URLS[value]


def install(app: Flask, _settings: Settings) -> None:
    """Teaches the routes what a step is."""
    app.url_map.converters["step"] = StepConverter
