"""Tests of settings, registry, logs and catalogues."""
