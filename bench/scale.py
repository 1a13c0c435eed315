"""Two workers against one: ``python -m bench.scale``. Workers, broker and runner share the machine's cores."""

import typer

from bench.throughput import run


def main(count: int = 500_000, step_ms: float = 1) -> None:
    """Measure one worker and two on the same backlog, and two on a skewed one."""
    run(["findings", "skewed"], count, step_ms, [1, 2])


if __name__ == "__main__":
    typer.run(main)
