"""Commands on somebody's own sign-in."""
