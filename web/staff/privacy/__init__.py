"""Pages of data requests, protected addresses, emergency access and the log review."""
