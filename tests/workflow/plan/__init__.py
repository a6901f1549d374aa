"""Tests of what stands in plans."""
