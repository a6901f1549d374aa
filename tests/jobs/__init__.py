"""Tests of the worker, the schedule and the commands of jobs."""
