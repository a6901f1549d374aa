"""Tests of who is told of what and when."""
