"""Counting in one-minute panes: what stage 1 sends, and the rows that stage 2 keeps."""
