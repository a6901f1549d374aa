"""Checks one HTML answer against the rules that every page keeps; which pages exist is no matter of its."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
from babel.messages.pofile import read_po
from html5lib.html5parser import ParseError

LOCALE = Path(__file__).resolve().parents[2] / "workflow" / "locale"
CONTROLS = {"input", "select", "textarea"}
UNLABELLED = {"hidden", "submit", "button"}
FIELD_ERROR = "ds-validation-message"
NONCE = re.compile(r"script-src 'nonce-([\w-]{20,})'")
# Keys, and what is drawn for one answer alone: the nonce and the forms' tokens.
FRESH = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|(?<='nonce-)[\w-]+|(?<=nonce=\")[^\"]+|(?<=name=\"csrf_token\" value=\")[^\"]+"
)
WHOLE_PAGES: set[bytes] = set()
FEWEST_WORDS = 3  # shorter ones may be names: a unit's, a person's title


class PageBroken(AssertionError):
    """A page breaks a rule; the message says which, and where."""


def check(html: str, policy: str, language: str = "nb") -> None:
    """Raises PageBroken for the first rule that the page breaks.

    A page that was found whole in this process, and now differs in its keys only, is still whole.
    """
    told = digest(html, policy, language)
    if told not in WHOLE_PAGES:
        check_anew(html, policy, language)
        WHOLE_PAGES.add(told)


def digest(html: str, policy: str, language: str) -> bytes:
    """What no rule can tell apart: keys, nonces and tokens by the order in which they come, whatever they are."""
    names: dict[str, str] = {}
    plain = FRESH.sub(
        lambda one: names.setdefault(one[0], f"{len(names)}:{len(one[0])}!"), f"{policy}\n{html}"
    )
    return hashlib.sha256(f"{language}\n{plain}".encode()).digest()


def check_anew(html: str, policy: str, language: str) -> None:
    """Raises PageBroken for the first rule that the page breaks."""
    page = parsed(html)
    for rule in (title_and_heading, language_named, ids_once, labels, references, buttons):
        rule(page)
    for rule in (no_inline, errors_told, regions_focusable, headings_in_order):
        rule(page)
    scripts(page, policy)
    if language == "en":
        spoken_in_english(page)


def parsed(html: str) -> Element:
    """The page as a tree; the parser is strict: a stray or unclosed tag is an error."""
    try:
        tree: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    except ParseError as problem:
        raise PageBroken(f"not valid HTML: {problem}") from problem
    return tree


def need(holds: object, told: str) -> None:
    """Raises PageBroken with what is told, unless it holds."""
    if not holds:
        raise PageBroken(told)


def words_of(element: Element) -> str:
    """What an element says, blanks made single."""
    return " ".join("".join(element.itertext()).split())


def every(page: Element, *names: str) -> Iterator[Element]:
    """All elements of these names, in order."""
    return (one for one in page.iter() if one.tag in names)


# What a tab says where the heading names somebody.
NAMELESS = re.compile(
    r"(Plan \d{4}-\w+|Planen min|My plan|Slutter|Leaving|Fordel planene|Share out the plans"
    r"|Meldinger|Messages) –"
)


def title_and_heading(page: Element) -> None:
    """One h1, and the title begins with it; or says the same without the name that the h1 holds."""
    headings = [words_of(one) for one in every(page, "h1")]
    title = next((words_of(one) for one in every(page, "title")), "")
    need(len(headings) == 1 and headings[0], f"one h1 with words is needed, found {headings}")
    named = NAMELESS.match(title) and not title.startswith(headings[0])
    need(
        named or title.startswith(headings[0]),
        f"title «{title}» does not begin with «{headings[0]}»",
    )
    need(len(list(every(page, "main"))) == 1, "one main is needed")


def language_named(page: Element) -> None:
    """The page names its language."""
    root = page if page.tag == "html" else next(every(page, "html"))
    need(root.get("lang") in ("nb", "nn", "en"), "html has no lang")


def ids_once(page: Element) -> None:
    """No id stands twice, and none is empty."""
    ids = [str(one.get("id")) for one in page.iter() if one.get("id") is not None]
    twice = {one for one in ids if ids.count(one) > 1 or not one}
    need(not twice, f"ids that are not unique: {sorted(twice)}")


def labels(page: Element) -> None:
    """Every control that people fill in has a label."""
    named = {one.get("for") for one in every(page, "label")}
    for control in every(page, *CONTROLS):
        if control.get("type") in UNLABELLED:
            continue
        labelled = control.get("aria-label") or control.get("id") in named
        need(labelled, f"no label for the control {control.get('name')}")


def references(page: Element) -> None:
    """Whatever a label, a description or a link of this page points to is there."""
    ids = {one.get("id") for one in page.iter()}
    for one in page.iter():
        for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            missing = set((one.get(name) or "").split()) - ids
            need(not missing, f"{name} points to {missing}, which is not on the page")
        place = one.get("href") or ""
        need(
            len(place) < 2 or place[0] != "#" or place[1:] in ids, f"the link {place} leads nowhere"
        )


def buttons(page: Element) -> None:
    """Every button and link says something, and every posting form carries its token."""
    for one in every(page, "button", "a", "summary"):
        need(words_of(one) or one.get("aria-label"), f"a {one.tag} without words: {one.attrib}")
    for form in every(page, "form"):
        posts = (form.get("method") or "get").lower() == "post"
        names = {one.get("name") for one in form.iter()}
        need(not posts or "csrf_token" in names, f"no token in the form to {form.get('action')}")


def no_inline(page: Element) -> None:
    """No inline style and no inline script."""
    for one in page.iter():
        need(one.tag != "style", "a style block")
        loud = [name for name in one.attrib if name == "style" or str(name).startswith("on")]
        need(not loud, f"{loud} on a {one.tag}")
        need(not (one.get("href") or "").startswith("javascript:"), "a javascript: address")


def errors_told(page: Element) -> None:
    """A field's error also stands in the summary at the top, with a link to the field."""
    told = [one for one in page.iter() if FIELD_ERROR in (one.get("class") or "").split()]
    summary = next((one for one in page.iter() if one.get("id") == "feil"), None)
    need(not told or summary is not None, "errors beside fields, but no summary")
    links = {one.get("href") for one in every(summary, "a")} if summary is not None else set()
    for one in told:
        field = str(one.get("id")).removesuffix("-feil")
        need(f"#{field}" in links, f"the summary does not lead to {field}")


def regions_focusable(page: Element) -> None:
    """A wide table stands in a named region that takes focus."""
    parents = {child: one for one in page.iter() for child in one}
    for table in every(page, "table"):
        region = parents[table]
        paper = any("paper" in (one.get("class") or "") for one in every(page, "body"))
        kept = region.get("tabindex") == "0" and region.get("aria-label")
        need(paper or kept, "a table outside a focusable region")


def headings_in_order(page: Element) -> None:
    """No heading level is skipped on the way down."""
    levels = [int(one.tag[1]) for one in page.iter() if re.fullmatch("h[1-6]", str(one.tag))]
    for above, below in pairwise(levels):
        need(below <= above + 1, f"h{below} follows h{above}")


def scripts(page: Element, policy: str) -> None:
    """Scripts come from files, with the nonce that the policy names."""
    nonce = NONCE.search(policy)
    need(nonce, f"no nonce in the policy: {policy}")
    need("unsafe" not in policy, f"unsafe in the policy: {policy}")
    for one in every(page, "script"):
        kept = one.get("src") and not words_of(one) and one.get("nonce") == (nonce and nonce[1])
        need(kept, f"a script without source or nonce: {one.attrib}")


def spoken_in_english(page: Element) -> None:
    """An English page holds no sentence of the program in bokmål."""
    said = {words for one in page.iter() for words in (one.text, one.tail) if words}
    left = {" ".join(words.split()) for words in said} & untranslated()
    need(not left, f"bokmål on an English page: {sorted(left)}")


@cache
def untranslated() -> frozenset[str]:
    """Every bokmål sentence of the catalogues whose English is another."""
    sentences = set()
    for path in sorted((LOCALE / "en" / "LC_MESSAGES").glob("messages.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="en"):
                ours = message.id if isinstance(message.id, str) else message.id[0]
                theirs = message.string if isinstance(message.string, str) else ""
                if len(ours.split()) >= FEWEST_WORDS and theirs != ours:
                    sentences.add(ours)
    return frozenset(sentences)
