"""The sentences of letters and of e-mails about one's own sign-in."""
