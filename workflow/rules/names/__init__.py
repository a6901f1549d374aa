"""The names of steps and deadlines, which the record, addresses, files and messages speak."""
