"""Tests of the queue and its channels."""
