"""The one blueprint that the staff's page modules hang their routes on."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("staff", __name__)
