"""When a notice may go out, and how much one message holds."""
