"""Tests of plans that go from one municipality to another."""
