"""The kinds of page, at most 25, each with the need or the card's word that it serves (design §1)."""

from __future__ import annotations

MOST_KINDS = 25

KINDS: dict[str, str] = {
    "sign-in": "issue: sign-in, one click or local account",
    "password": "issue: setup and invite print a one-time link",
    "mail": "issue: the embedded run shows a mail-catcher page",
    "error": "issue: error pages that say what, why, what now",
}
