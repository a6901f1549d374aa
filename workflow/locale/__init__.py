"""Translations of the bokmål sentences: one catalogue for each language, built at set-up."""
