"""The words of every step, one module for each area, and what is told of a step afterwards."""
