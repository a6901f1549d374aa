"""No page's title names anybody: the browser's tabs and history tell whoever borrows the machine nothing."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.crawling import crawled
from tests.web.everywhere.everything import whole
from tests.web.plan_world import Enter
from workflow.record.models import Party

TITLE = re.compile(r"<title>(.*?)</title>", re.S)


@pytest.mark.parametrize("name", ["kim", "mor", "mona", "ali", "oda", "liv", "lars"])
def test_no_title_names_anybody(app: Flask, name: str) -> None:
    town = whole(app)
    browser = Enter(app, town.world)(name)
    browser.__class__ = FlaskClient
    party, plan = town.world.party, town.kim.plan
    first = ["/", f"/plan/{plan}", f"/min/{plan}", f"/sak/{plan}", f"/slutter/{party['mona']}"]
    first += [f"/min/{plan}/meldinger", f"/prognose/fordel/{party['mona']}"]
    pages = crawled(browser, first, 60)
    with Session(town.world.engine) as session:
        names = {word for one in session.scalars(select(Party.name)) for word in one.split()}
    titles = {where: TITLE.search(text) for where, text in pages.items()}
    named = {
        where: title.group(1)
        for where, title in titles.items()
        if title and names & set(re.findall(r"\w+", title.group(1)))
    }
    assert len(pages) > 10 and named == {}
