"""What codes are called on a page: states, relations, scopes, findings."""
