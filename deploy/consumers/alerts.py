"""Print every alert as it comes; copy this file and do something better with them."""

import json
import os
import sys

from kafka import KafkaConsumer


def main() -> None:
    """Read the alerts topic from its beginning, or from where this group stopped, until Ctrl-C."""
    consumer = KafkaConsumer(
        os.environ.get("GUARDSTREAM_TOPIC_PREFIX", "guardstream.") + "alerts",
        bootstrap_servers=os.environ.get("GUARDSTREAM_BOOTSTRAP_SERVERS", "127.0.0.1:9092").removeprefix("kafka://"),
        group_id=sys.argv[1] if len(sys.argv) > 1 else "alerts-printer",
        auto_offset_reset="earliest",
    )
    for message in consumer:
        alert = json.loads(message.value)
        print(alert["starts_at"], alert["status"], alert["rule"]["level"], alert["summary"], flush=True)


if __name__ == "__main__":
    main()
