"""Tests of the queue: schedule, sweep, delivery and the embedded servers."""
