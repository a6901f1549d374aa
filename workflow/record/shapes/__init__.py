"""The frozen shapes that readers are handed."""
