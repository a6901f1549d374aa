"""What every command is made of: its target, its fields, its answers and refusals."""
