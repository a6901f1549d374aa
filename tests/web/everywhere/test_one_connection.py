"""The page tests' own check: a request that would hold two connections fails them."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from tests.web.one_connection import TwoConnections
from web.request.database import db, db_session


def test_a_request_that_holds_two_connections_is_caught(app: Flask) -> None:
    with app.test_request_context("/"):
        db_session().execute(text("SELECT 1"))
        with pytest.raises(TwoConnections), db.engine.connect():
            pass


def test_one_after_the_other_is_fine(app: Flask) -> None:
    with app.test_request_context("/"):
        for _ in range(2):
            with db.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
