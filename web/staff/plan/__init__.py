"""The plan's page and its parts."""
