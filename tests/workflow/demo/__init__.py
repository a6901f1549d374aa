"""Tests of the invented municipality and its command."""
