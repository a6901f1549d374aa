"""The person's blueprint, and whose plan an address means."""
