"""The kinds of page, at most 25, each with the need or the card's word that it serves (design §1)."""

from __future__ import annotations

MOST_KINDS = 25

KINDS: dict[str, str] = {
    "sign-in": "issue: sign-in, one click or local account",
    "password": "issue: setup and invite print a one-time link",
    "mail": "issue: the embedded run shows a mail-catcher page",
    "error": "issue: error pages that say what, why, what now",
    "person-start": "3.7: everybody may ask for a plan; a choice where there are several",
    "person-home": "words.md: the person's page; next, ring, what matters, what we have managed",
    "person-plan": "4.8, 4.10: goals and measures, ticked done and evaluated by the person",
    "person-messages": "1.3: reach the coordinator, and be answered (T19)",
    "person-people": "0.1, 4.3: who is around, who comes in, who leaves",
    "person-meeting": "1.11, 3.15: ask for a meeting, answer a call, a view written beforehand",
    "person-sharing": "2.3: what is shared with whom, and who has looked",
    "person-papers": "4.11: on paper, letters received, the history in sentences",
    "person-rights": "L2: rights in plain words, complaint written together",
    "person-step": "0.2: any step that the person may take or ask for",
    "print": "4.11: the plan, a letter or a complaint on paper, normal or large type",
}
