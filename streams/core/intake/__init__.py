"""From the bytes of a file to the messages that are produced of it."""
