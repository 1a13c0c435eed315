"""Prints what a run did, and what came out."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from tests.faults.support.account import Account
from tests.faults.support.scene import Fault


class Feeding(NamedTuple):
    """How many messages were fed, for how many seconds, and the seconds from then until all was committed."""

    messages: int
    seconds: float
    committed: float


def report(account: Account, faults: Sequence[Fault], waited: Sequence[float], feeding: Feeding) -> None:
    """Print a table of figures, then every difference."""
    figures: dict[str, object] = {
        "messages fed": f"{feeding.messages:,}",
        "seconds of feeding": f"{feeding.seconds:.0f}",
        "seconds until all was committed": f"{feeding.committed:.1f}",
    }
    figures |= {f"faults: {kind}": count for kind, count in sorted(Counter(fault.kind for fault in faults).items())}
    if waited:
        ordered = sorted(waited)
        figures["kill to next alert: kills measured"] = len(ordered)
        figures["kill to next alert: median s"] = f"{ordered[len(ordered) // 2]:.1f}"
        figures["kill to next alert: longest s"] = f"{ordered[-1]:.1f}"
    figures |= {name: f"{count:,}" for name, count in account.figures.items()}
    for name, figure in figures.items():
        print(f"{name:<45}{figure!s:>14}")
    print(f"{'differences':<45}{len(account.differences):>14}")
    for difference in account.differences:
        print(f"  {difference}")
