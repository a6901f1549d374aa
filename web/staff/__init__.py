"""The staff's pages, one module per noun; each hangs its routes on the blueprint and is named here."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint

from web.staff.blueprint import pages

MODULES: tuple[str, ...] = (
    "privacy.protected_addresses",
    "privacy.corrections",
    "notices.snooze",
    "management.my_absences",
    "lists.calendar",
    "lists.decision",
    "plan.conversation",
    "lists.crossing",
    "privacy.emergency_access",
    "privacy.data_requests",
    "management.forecast",
    "plan.history",
    "lists.inbox",
    "management.offboarding",
    "lists.my_plans",
    "privacy.access_log_review",
    "steps.manager_step",
    "plan.meetings",
    "notices.messages",
    "lists.offers",
    "management.operations",
    "management.overdue",
    "plan.page",
    "management.deadline_policies",
    "plan.five_questions",
    "lists.report_need",
    "privacy.retention",
    "plan.review",
    "plan.past_review",
    "plan.signed_consent",
    "notices.told_in_person",
    "steps.step",
    "notices.settings",
)
for module in MODULES:
    import_module(f"web.staff.{module}")

BLUEPRINTS: tuple[Blueprint, ...] = (pages,)
