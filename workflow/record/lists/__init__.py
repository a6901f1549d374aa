"""Lists for staff, each in one statement."""
