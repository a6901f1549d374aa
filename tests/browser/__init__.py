"""Tests that drive a real browser against the real server; pages without a browser are tested in tests/web."""
