"""Stage 1: what one source partition's records mean, as a pure function of the records and the loaded rules."""
