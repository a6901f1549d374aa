"""Tests of what whoever runs the program sees and does."""
