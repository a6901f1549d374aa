"""Tests of rights over one's own data, oversight and erasure."""
