"""The chain of events and its seals, and the proof that nothing was changed."""
