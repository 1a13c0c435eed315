"""Everything that reaches out: Kafka, files, processes, metrics."""
