"""The plan's rules, record and use cases; nothing of the web or the queue lives here."""
