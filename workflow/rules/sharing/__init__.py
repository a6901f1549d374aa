"""Ages and scopes: who says yes, and what of a plan it opens."""
