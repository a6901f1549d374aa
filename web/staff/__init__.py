"""The staff's pages, one module per noun; each gives a blueprint named here."""

from __future__ import annotations

from flask import Blueprint

BLUEPRINTS: tuple[Blueprint, ...] = ()
