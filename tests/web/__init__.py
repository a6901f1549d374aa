"""Tests of the pages: frame, sign-in, staff and person."""
