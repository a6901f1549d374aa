"""Tests of deadlines, ladders, policies and the sweep."""
