"""What rules are made of: facts, guards, transitions, denials, the policy and its vocabulary."""
