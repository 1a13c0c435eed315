"""What the dashboard asks and tells, without the store that answers and the pages that show it."""
