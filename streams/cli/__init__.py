"""The command line `guardstream`."""
