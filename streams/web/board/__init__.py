"""The dashboard: pages and an HTTP API over the store."""
