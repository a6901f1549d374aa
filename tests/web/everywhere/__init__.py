"""Tests that go over every page, form or step."""
