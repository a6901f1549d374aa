"""Pages of those who lead a unit or run the program."""
