"""Whose work a job does: the settings of one municipality, or of each in turn, as the workers' own role."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from functools import lru_cache

from workflow.registry import Municipality, Registry, load_registry, own_settings
from workflow.settings import Settings, SettingsRefused, load_settings

log = logging.getLogger(__name__)
LAST: dict[str, Registry] = {}  # by path: the last form of a registry that could be used


def settings_of(code: str) -> Settings:
    """The settings of the municipality with that code; the installation's own where it is alone.

    Raises UnknownMunicipality and SettingsRefused.
    """
    common = load_settings()
    if not code:
        return common
    return own_settings(common, registry_of(common).by_code(code), "jobs")


def municipality_of(code: str) -> Municipality:
    """The municipality with that code, with what signs and opens its messages. Raises UnknownMunicipality."""
    return registry_of(load_settings()).by_code(code)


def list_codes(settings: Settings) -> Sequence[str]:
    """Every municipality of the installation, in the order of its file; one without a code where it is alone."""
    if not settings.municipalities:
        return ("",)
    return tuple(one.code for one in registry_of(settings).municipalities)


def registry_of(settings: Settings) -> Registry:
    """The installation's registry, read once for each form that its file has had.

    A file that cannot be used, half-written perhaps, leaves the one before it in force. Raises
    SettingsRefused where there was none.
    """
    path = settings.municipalities
    try:
        LAST[path] = _registry(path, _changed_at(path))
    except SettingsRefused as problem:
        if path not in LAST:
            raise
        log.error("the registry stays as it was: %s", problem)
    return LAST[path]


def _changed_at(path: str) -> int:
    """When the file was last written; one that cannot be looked at is refused by whoever reads it."""
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=4)
def _registry(path: str, changed: int) -> Registry:
    return load_registry(load_settings())
