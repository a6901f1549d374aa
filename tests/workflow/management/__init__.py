"""Tests of figures for those who lead."""
