"""One's own way in: passwords, second factors, passkeys, links by e-mail, sessions, and staff's roles."""
