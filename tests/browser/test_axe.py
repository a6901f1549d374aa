"""Every page wide and narrow: no sideways scrolling, the person's light and never red; nothing that axe finds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import CDPSession

from tests.browser.conftest import OpenHand
from tests.browser.hand import NARROW, WIDE, Hand
from tests.browser.pages_to_see import Seen, listed
from tests.browser.site import Site
from tests.browser.town import People
from tests.samples import WHOLE
from web import create_app
from web.app.page_kinds import KINDS
from web.request.access_guards import guard_of
from workflow.settings import Settings

MOST_BYTES = 60_000
NOT_READ = {
    "home.front",
    "health.healthz",
    "health.readyz",
    "static",
    "staff.download",
    "staff.signed_copy",
    "staff.asked_again",  # leads to the question
    "staff.forecast_file",
    "staff.looked_csv",
    "person.looked_csv",
    "person.looked_json",
    "machines.robots",
    "machines.security_txt",
    "oidc.begin",  # leads away to the provider
    "oidc.answer",
    "proving.at_provider",
}
# Every element's own colours; a red is one whose red outweighs both others by far.
REDS = """() => {
  const red = (colour) => {
    const [r, g, b, a = 1] = (colour.match(/[\\d.]+/g) || []).map(Number);
    return a > 0 && r > 120 && r - g > 70 && r - b > 70;
  };
  const found = [];
  for (const one of document.querySelectorAll("body *")) {
    const style = getComputedStyle(one);
    const box = one.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    for (const name of ["color", "background-color", "border-top-color", "outline-color", "fill"]) {
      const drawn = name !== "border-top-color" || parseFloat(style.borderTopWidth);
      if (drawn && red(style.getPropertyValue(name)))
        found.push(`${one.tagName}.${one.className} ${name} ${style.getPropertyValue(name)}`);
    }
  }
  return found;
}"""
UNFOLD = """() => document.querySelectorAll("main details:not(.menu)").forEach(one => { one.open = true; })"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
Measured = Callable[[str, object], None]
Size = tuple[int, int]
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def seen(lived_in: Site) -> list[Seen]:
    """Every page of the demo's municipality."""
    return list(listed(People(lived_in.engine)))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, for its addresses only."""
    return create_app(Settings(home=tmp_path_factory.mktemp("a"), demo=True, catch_mail=True))


def test_no_page_is_left_out(app: Flask, seen: list[Seen]) -> None:
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())}
    shown = {one.endpoint for one in seen}
    assert pages - NOT_READ - shown == set()
    guards = [guard_of(app.view_functions[name]) for name in shown if name != "error"]
    assert {guard.kind for guard in guards if guard} | {"error"} == set(KINDS)


def violations(hand: Hand, axe: Axe) -> list[dict[str, Any]]:
    """What axe finds on the page as it stands; its script is brought to each page once."""
    there = "() => typeof axe !== 'undefined'"
    if not hand.page.evaluate(there):
        hand.page.evaluate(axe.axe_script)
    report: dict[str, Any] = hand.page.evaluate("() => axe.run({resultTypes: ['violations']})")
    return list(report["violations"])


def test_axe_and_the_eye_for_red_find_what_is_wrong(lived_in: Site, open_window: OpenHand) -> None:
    hand = open_window(lived_in.url)
    hand.go("/logg-inn")
    hand.page.evaluate("() => document.querySelector('main').append(document.createElement('img'))")
    hand.page.evaluate("() => { document.querySelector('h1').style.color = 'rgb(180, 20, 20)'; }")
    assert "image-alt" in {one["id"] for one in violations(hand, Axe())}
    assert any(one.startswith("H1") for one in hand.page.evaluate(REDS))


def wrong_with(page: Seen, hand: Hand, axe: Axe, sizes: Sequence[Size]) -> list[str]:
    """What is wrong with a page that stands open; axe looks at it in these sizes."""
    faults = []
    for width, height in (WIDE, NARROW):
        hand.page.set_viewport_size({"width": width, "height": height})
        hand.page.evaluate(UNFOLD)
        where = f"{page.endpoint} {width} px"
        for one in violations(hand, axe) if (width, height) in sizes else ():
            nodes = [f"{node['target']} {node['html'][:200]}" for node in one["nodes"][:3]]
            faults.append(f"{where}: {one['id']} ({one['help']}) {nodes}")
        if hand.page.evaluate(WIDER) > 0:
            faults.append(f"{where}: scrolls sideways by {hand.page.evaluate(WIDER)} px")
        hand.picture(f"{page.endpoint}-{page.address.split('/')[-1].split('?')[0][:12]}-{width}")
    if page.persons:
        faults += [f"{page.endpoint}: {one}" for one in hand.page.evaluate(REDS)[:3]]
    return faults


def of_each_kind(app: Flask, seen: Sequence[Seen]) -> list[Seen]:
    """The first page of each kind in each voice."""
    first: dict[tuple[str, bool], Seen] = {}
    for page in seen:
        first.setdefault((kind_of(app, page), page.persons), page)
    return list(first.values())


def kind_of(app: Flask, page: Seen) -> str:
    """Which kind of page it is, by the guard at its door."""
    guard = guard_of(app.view_functions[page.endpoint]) if page.endpoint != "error" else None
    return guard.kind if guard else "error"


def test_a_page_of_every_kind_and_voice_is_looked_at(app: Flask, seen: list[Seen]) -> None:
    chosen = of_each_kind(app, seen)
    assert {kind_of(app, page) for page in chosen} == set(KINDS)
    assert {page.persons for page in chosen} == {True, False}


@pytest.mark.sampled
def test_every_page_is_for_everybody(
    app: Flask, lived_in: Site, seen: list[Seen], open_window: OpenHand
) -> None:
    """Every page in both widths; axe once per kind and voice, and by `make soak` on every page in both."""
    axe, wrong, looked = Axe(), [], of_each_kind(app, seen)
    hands: dict[str, Hand] = {}
    for page in seen:
        if page.who not in hands:
            hands[page.who] = open_window(lived_in.url)
            if page.who:
                hands[page.who].sign_in(page.who)
        hand = hands[page.who]
        hand.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        hand.go(page.address)
        sizes = (WIDE, NARROW) if WHOLE else (WIDE,) if page in looked else ()
        wrong += wrong_with(page, hand, axe, sizes)
        expected = page.endpoint in ("error", "signin.invitation")
        assert not hand.troubles or expected, (page, hand.troubles)
        hand.troubles.clear()
    assert not wrong, "\n".join(wrong)


def transferred(session: CDPSession) -> list[float]:
    """Bytes of each answer as they travelled, headers included; filled while pages load."""
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda said: sizes.append(said["encodedDataLength"]))
    session.send("Network.enable")
    return sizes


def test_the_first_view_of_the_persons_page_is_light(
    lived_in: Site, open_window: OpenHand, measured: Measured
) -> None:
    kim = open_window(lived_in.url, NARROW)
    kim.sign_in("Kim Nordnes")
    address = kim.page.url
    cold = open_window(lived_in.url, NARROW)
    cold.page.context.add_cookies(kim.page.context.cookies())  # type: ignore[arg-type]
    sizes = transferred(cold.page.context.new_cdp_session(cold.page))
    cold.page.goto(address, wait_until="networkidle")
    cold.sees("Hei, Kim")
    measured(
        "weight",
        f"first view of the person's page {sum(sizes) / 1000:.1f} kB in {len(sizes)} answers",
    )
    assert 0 < sum(sizes) <= MOST_BYTES, sizes
