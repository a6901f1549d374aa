"""The application put together, its commands and the list of its routes."""
