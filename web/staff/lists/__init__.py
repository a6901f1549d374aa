"""Lists of plans and questions, and the cases opened from them."""
