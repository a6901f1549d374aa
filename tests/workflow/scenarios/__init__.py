"""The worked scenarios, and every row of the tables proven."""
