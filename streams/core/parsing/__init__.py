"""From the bytes of one Kafka message to events in normal form, and from these to parsed fields."""
