"""`guardstream worker`: look that everything is in its place, then become Faust's worker."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from schemas.errors import Errors, GuardstreamError
from streams.adapters.account_file import read_accounts
from streams.adapters.rule_files import read_folder
from streams.adapters.topic_admin import check_topics
from streams.core.rules.load import load_rules
from streams.settings import load_settings

# Faust's names of the levels.
LEVELS = {"DEBUG": "debug", "INFO": "info", "WARNING": "warn", "ERROR": "error", "CRITICAL": "crit"}

FAUST = ("-m", "faust", "-A", "streams.app", "worker", "--without-web")


def worker(
    log_level: Annotated[
        str | None, typer.Option(help="debug, info, warn, error or crit; default: GUARDSTREAM_LOG_LEVEL.")
    ] = None,
) -> None:
    """Run one worker in the foreground; start more of them to share the work.

    The same as `faust -A streams.app worker`, after a look at settings, rules, broker and topics.
    """
    settings = load_settings()
    load_rules(
        [read_folder(folder) for folder in settings.rules], [read_folder(folder) for folder in settings.measures]
    )
    read_accounts(settings.accounts)
    if problems := check_topics(settings):
        raise Errors([GuardstreamError(problem) for problem in problems])
    os.execv(sys.executable, [sys.executable, *FAUST, "-l", log_level or LEVELS[settings.log_level]])  # noqa: S606  # No shell is wanted.
