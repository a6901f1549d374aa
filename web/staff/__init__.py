"""The staff's pages, one module per noun; each hangs its routes on the blueprint and is named here."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

from web.staff.blueprint import pages

MODULES: tuple[str, ...] = (
    "addresses",
    "answers",
    "away",
    "calendar",
    "case",
    "conversations",
    "crossing",
    "emergency",
    "data_requests",
    "forecast",
    "history",
    "inbox",
    "leaving",
    "lists",
    "log_review",
    "manager_acts",
    "meetings",
    "messages",
    "offers",
    "operations",
    "overdue",
    "plan",
    "policies",
    "questions",
    "report",
    "retention",
    "review",
    "reviewed",
    "signed",
    "spoken",
    "step",
    "telling",
)
for module in MODULES:
    import_module(f"web.staff.{module}")

BLUEPRINTS: tuple[Blueprint, ...] = (pages,)
