"""For whoever runs the program: its state, the alarm when nobody sweeps, a municipality that moves."""
