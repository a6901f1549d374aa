"""Somebody who works here leaves: what they hold is handed over, then the account ends."""
