"""Commands on one plan: its steps, deadlines, file and way to another municipality."""
