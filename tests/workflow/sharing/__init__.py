"""Tests of what the person shares."""
