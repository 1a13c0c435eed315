"""What the user knows about the estate, added to what AWS says."""
