"""The ways in and out, and everybody's own sign-in."""
