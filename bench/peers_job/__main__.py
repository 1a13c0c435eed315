"""Start the worker: ``bench/peers-job``, with the environment that the peers' runner gives."""

import os

import faust

from bench.peers_job.contract import read_contract
from bench.peers_job.worker import make_app
from streams.adapters.topic_admin import create_topics


def main() -> None:
    """Create the topics, and run until a signal."""
    contract = read_contract(os.environ)
    create_topics(contract.settings)
    faust.Worker(make_app(contract), loglevel="WARN").execute_from_commandline()


if __name__ == "__main__":
    main()
