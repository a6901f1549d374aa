"""Any step of a plan: its button, its form, its page."""
