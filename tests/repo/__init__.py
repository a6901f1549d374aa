"""Tests of the repository itself: set-up, sizes, imports, promises; no behaviour is tested here."""
