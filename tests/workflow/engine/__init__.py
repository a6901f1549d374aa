"""Tests of tables, guards and the taking of steps."""
