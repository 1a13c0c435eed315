"""The nouns of guardstream: events, rules, measures, alerts, errors."""
