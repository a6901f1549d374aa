"""Addresses of style sheets, scripts and fonts, with a mark of their content; fetching lives in assets."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for

from workflow.settings import Settings

STATIC = Path(__file__).resolve().parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"


def install(app: Flask, settings: Settings) -> None:
    """Gives templates `asset` and lets browsers keep what carries a content mark."""
    app.jinja_env.globals["asset"] = asset
    app.after_request(keep_marked)


def asset(name: str) -> str:
    """The address of a vendored or own static file, such as "designsystem.css" or "app.css"."""
    vendored = manifest().get(name)
    if vendored:
        return url_for("static", filename=f"vendor/{vendored}", v=vendored.split(".")[-2])
    return url_for("static", filename=name, v=mark(name))


@cache
def manifest() -> dict[str, str]:
    """Name -> hashed file of the vendor folder; raises FileNotFoundError before `make setup`."""
    found: dict[str, str] = json.loads((STATIC / "vendor" / "manifest.json").read_text())
    return found


@cache
def mark(name: str) -> str:
    """Twelve characters that change whenever the file does."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def keep_marked(response: Response) -> Response:
    """A static answer asked for with its mark may be kept for ever."""
    if request.endpoint == "static" and "v" in request.args:
        response.headers["Cache-Control"] = FOR_EVER
    return response
