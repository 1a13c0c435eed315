"""Two workers against one: ``python -m bench.scale``. Workers, broker and runner share the machine's cores.

On two cores a worker and the broker leave no room for a second worker, so ``--cores 0.5`` holds each worker to half a
core: then what is seen is what a second worker adds, not what the machine lacks.
"""

from typing import Annotated

import typer

from bench.throughput import run


def main(
    count: int = 500_000,
    step_ms: float = 1,
    cores: Annotated[float | None, typer.Option(help="The most that each worker may use; needs root.")] = None,
) -> None:
    """Measure one worker and two on the same backlog, and on a skewed one."""
    run(["findings", "skewed"], count, step_ms, [1, 2], cores)


if __name__ == "__main__":
    typer.run(main)
