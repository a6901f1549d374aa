"""How names are sorted and searched."""
