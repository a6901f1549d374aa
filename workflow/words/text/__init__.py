"""What sentences are made of, without a word of the plan."""
