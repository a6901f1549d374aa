"""What pages and commands call: all acts gathered, and steps that people take in one go."""
