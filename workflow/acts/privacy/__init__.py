"""Rights over one's own data, protected addresses, emergency access, erasure and who has looked."""
