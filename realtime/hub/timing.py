"""The hub's clock."""

TICK = 1.0  # seconds between reconciliations, and until what failed is tried again
