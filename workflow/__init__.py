"""Planløp's core: the plan's rules, record and use cases; no web and no queue lives here."""
