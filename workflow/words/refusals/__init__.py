"""Why something cannot be done, and what to do instead, by the code that decided."""
