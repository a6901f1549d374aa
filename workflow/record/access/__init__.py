"""How a reader stands to a plan, what she sees of it, and the trace that she leaves."""
