"""Everything between Kafka and the agents: batches in, acknowledged messages out."""
