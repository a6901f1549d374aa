"""Tests of who may see what, and of the trace a look leaves."""
