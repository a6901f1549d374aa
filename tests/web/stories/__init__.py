"""Stories told on the pages from end to end."""
