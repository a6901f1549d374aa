"""Translations of the bokmål sentences: one .po file per part and language, merged at set-up."""
