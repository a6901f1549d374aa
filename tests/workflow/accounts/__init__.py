"""Tests of sign-in as the record knows it."""
