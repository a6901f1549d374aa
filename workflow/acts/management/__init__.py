"""Figures for those who lead: what is overdue, what falls due, who carries how much."""
