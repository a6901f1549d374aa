"""Tests of connections, roles and grants."""
