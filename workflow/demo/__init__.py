"""The invented municipality of the embedded run; nobody in it is a real person."""
