"""Who is around a plan and what they are given to see."""
