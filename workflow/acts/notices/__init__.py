"""Who is told of what, in the app: recipients, the inbox, one's own choices, answers."""
