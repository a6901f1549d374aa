"""The person's own pages, one module per noun; each adds its views to the blueprint in base."""

from __future__ import annotations

from flask import Blueprint

from web.both import printing
from web.person import (
    access_log,
    documents,
    home,
    landing,
    meeting,
    messages,
    notification_settings,
    past_review,
    people,
    plan,
    rights,
    shared_screen,
    sharing,
)
from web.person.base.blueprint import pages
from web.person.steps import step

MODULES = (
    shared_screen,
    home,
    access_log,
    meeting,
    messages,
    documents,
    people,
    plan,
    past_review,
    rights,
    sharing,
    landing,
    step,
    notification_settings,
)
BLUEPRINTS: tuple[Blueprint, ...] = (pages, printing.pages)
