"""Every kind of deadline, how it is counted and what a municipality may choose."""
