"""Norwegian time: the clock's zone and working days."""
