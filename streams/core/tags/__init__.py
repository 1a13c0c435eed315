"""Lifecycle tags: made of what people and other tools give, found near alerts, and what came after a release."""
