"""A plan as a page reads it, and the facts that the rules ask for."""
