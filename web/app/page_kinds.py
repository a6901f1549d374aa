"""The kinds of page, at most 25, each with the need that it serves: a kind without one has no place."""

from __future__ import annotations

MOST_KINDS = 25

KINDS: dict[str, str] = {
    "sign-in": "issue: sign-in, one click or local account; setup and invite print a one-time link",
    "operations": "who runs it: what is due and unsent, what failed; the embedded run's caught mails",
    "error": "issue: error pages that say what, why, what now",
    "person-home": "3.7: asking for a plan; next, ring, what matters, what we have managed",
    "person-plan": "4.8, 4.10: goals and measures, ticked done and evaluated by the person",
    "person-messages": "1.3: reach the coordinator, and be answered",
    "person-people": "0.1, 4.3, 1.11, 3.15: who is around, and meetings with them",
    "person-sharing": "2.3: what is shared with whom, and who has looked",
    "person-papers": "4.11, L2: paper, letters, the history in sentences, rights and complaints",
    "person-step": "0.2: any step that the person may take or ask for",
    "print": "4.11: the plan, a letter or a complaint on paper, normal or large type",
    "plan": "card: plan page with goals, measures, people and steps; 4.8, litra a–i",
    "step": "no comes with its reason: any step with its questions, or why it is not open",
    "review": "2.2, 2.6: review of all measures on one page",
    "meeting": "3.15, 3.16, 1.11: who is called, ground rules, the person's limits",
    "questions": "4.5: the five questions",
    "trace": "card: history in sentences; 2.9: who has looked",
    "plans": "issue: my plans; 1.9, last life on every list; a search through the same filter",
    "inbox": "issue: inbox with age, days left and whether the person knows (3.7)",
    "case": "issue: grant or deny in six fields, the letter seen before it is sent",
    "report": "3.7: any unit reports a need, or takes in a plan from elsewhere (3.11)",
    "overdue": "issue: over the date by kind, and what falls due in the weeks ahead; 0.15, 0.16: no content",
    "policy": "issue: the deadlines of a municipality, shown, and changed after a dry run; domain 5.3",
    "waiting": "what waits for one reader: questions to answer, notices, meetings and dates",
    "account": "issue: how one is told and signs in, who steps in, who leaves",
}
