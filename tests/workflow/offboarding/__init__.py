"""Tests of somebody who leaves."""
