"""The agents: each gathers input, calls the pure core, and carries out what it returns."""
