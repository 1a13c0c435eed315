"""Real material is read where it lies beside the repository; without it, its tests are not there."""

from __future__ import annotations

from tests.core.parsing.corpora import CORPORA, SEED

_NEEDED = {"test_corpora.py": CORPORA, "test_published_example.py": SEED}
collect_ignore = [name for name, folder in _NEEDED.items() if not folder.is_dir()]
