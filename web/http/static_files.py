"""Addresses and answers of style sheets, scripts and fonts, marked by content."""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for
from werkzeug.wsgi import FileWrapper

from workflow.settings import Settings

STATIC = Path(__file__).resolve().parents[1] / "static"
SHRINKS = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})
FOR_EVER = "public, max-age=31536000, immutable"  # a new content has a new mark, so a new address


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
    files: dict[str, str] = json.loads((STATIC / "vendor" / "manifest.json").read_text())
    return files


@cache
def mark(name: str) -> str:
    """Twelve characters that change whenever the file does."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def keep_marked(response: Response) -> Response:
    """A static answer asked for with its mark may be kept for ever, and travels compressed."""
    if request.endpoint != "static" or response.status_code != 200:
        return response
    if "v" in request.args:
        response.headers["Cache-Control"] = FOR_EVER
    if response.mimetype in SHRINKS:
        response.headers["Vary"] = "Accept-Encoding"
        if request.accept_encodings["gzip"] and request.method == "GET":
            shrink(response, str((request.view_args or {})["filename"]))
    return response


def shrink(response: Response, name: str) -> None:
    """Puts the compressed content in; only fixed files, so that nothing secret can be measured."""
    opened = response.response
    response.direct_passthrough = False
    response.set_data(shrunk(name, mark(name)))
    if isinstance(opened, FileWrapper):
        opened.close()
    response.headers["Content-Encoding"] = "gzip"


@cache
def shrunk(name: str, marked: str) -> bytes:
    """A static file compressed, once for each content."""
    # The slowest level is free: each content is compressed once in a process's life.
    return gzip.compress((STATIC / name).read_bytes(), 9)
