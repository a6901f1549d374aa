"""What happens by itself on the queue: schedule, sweep, delivery; no rule of the plan lives here."""
