"""What else changed around an instant: series of counts, groups seen for the first time, releases and alerts."""
