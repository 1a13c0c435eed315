"""Where the real findings and records are."""

from __future__ import annotations

import os
from pathlib import Path

_BESIDE = Path(__file__).resolve().parents[3].parent / "shared" / "corpora"
CORPORA = Path(os.environ.get("GUARDSTREAM_CORPORA") or _BESIDE)
SEED = CORPORA.parent / "seed"


def files(*folders: str) -> list[Path]:
    """Return all files under the given folders of the corpora, in order."""
    return sorted(path for folder in folders for path in (CORPORA / folder).rglob("*") if path.is_file())
