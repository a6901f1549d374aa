"""How a message leaves the house: the queue, its states, and one module for each channel."""
