"""Deciding whether a windowed rule's condition holds, from counts alone."""
