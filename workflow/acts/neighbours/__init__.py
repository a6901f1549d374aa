"""What one municipality says to another: keys, signed messages, and the boxes they lie in."""
