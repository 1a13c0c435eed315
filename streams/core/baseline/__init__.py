"""What is usual for a count at this time."""
