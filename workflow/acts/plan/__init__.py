"""The acts on a plan and on what stands under it, one module for each noun."""
