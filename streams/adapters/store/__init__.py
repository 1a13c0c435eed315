"""What the dashboard shows, in one file of DuckDB that belongs to one process."""
