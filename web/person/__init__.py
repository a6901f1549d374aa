"""The person's own pages, one module per noun; each adds its views to the one blueprint of web.person.door."""

from __future__ import annotations

from flask import Blueprint

from web import printing
from web.person import (
    beside,
    home,
    looked,
    meeting,
    messages,
    papers,
    people,
    plan,
    reviewed,
    rights,
    sharing,
    start,
    step,
    telling,
)
from web.person.door import pages

MODULES = (
    beside,
    home,
    looked,
    meeting,
    messages,
    papers,
    people,
    plan,
    reviewed,
    rights,
    sharing,
    start,
    step,
    telling,
)
BLUEPRINTS: tuple[Blueprint, ...] = (pages, printing.pages)
