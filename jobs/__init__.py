"""What happens by itself: schedule, sweep and delivery, each job safe to run twice."""
