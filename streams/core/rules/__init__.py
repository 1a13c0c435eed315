"""Rules as data: reading, checking, overriding, trying."""
