"""What falls due: the sweep, the steps that the clock takes, and the policy that a municipality chooses."""
