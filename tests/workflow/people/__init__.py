"""Tests of substitutes."""
