"""The person's steps: the link, the calm page, the press."""
