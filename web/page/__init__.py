"""What pages are made of: formats, header, view models, refusals in words."""
