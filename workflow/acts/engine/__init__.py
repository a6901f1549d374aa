"""Taking a step: load what it rests on, ask the rules, persist what it changed; and which steps are open."""
