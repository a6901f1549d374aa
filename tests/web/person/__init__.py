"""Tests of the person's own pages."""
