"""The use cases: one function per act on a plan; no rule and no SQL schema lives here."""
