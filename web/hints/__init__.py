"""What a page must know of each step: its heading, its fields, what it answers."""
