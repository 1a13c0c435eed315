"""Alerts: their identity, and how they are put together."""
