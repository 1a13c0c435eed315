"""Names for account ids."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.errors import Errors, GuardstreamError, Where

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ACCOUNT_FIELDS = ("account_name", "account_owner", "account_environment")
"""The parsed fields that events have where there is an accounts.csv."""
COLUMNS = ("account_id", "name", "owner", "environment")


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """What accounts.csv says about one account; None where a cell is empty."""

    name: str | None = None
    owner: str | None = None
    environment: str | None = None


def parse_accounts(text: str, file: str | None = None) -> Mapping[str, AccountInfo]:
    """Read accounts.csv: a header with account_id, name, owner and environment in any order, then a line an account.

    Other columns are left alone. Ids are texts, so that leading zeros stay. ``file`` is only named in errors. Raises
    Errors with the line of every fault.
    """
    accounts: dict[str, AccountInfo] = {}
    seen_at: dict[str, int] = {}
    errors: list[GuardstreamError] = []
    header: list[str] | None = None
    for line, cells, fault in _rows(text):
        row = dict(zip(header, cells, strict=False)) if header is not None else {}
        faults = [fault] if fault else _faults_of_header(cells) if header is None else _faults_of_row(row, seen_at)
        errors += [GuardstreamError(one, Where(file=file, line=line)) for one in faults]
        if header is None and not fault:
            header = [name.lower() for name in cells]
            if faults:
                break
        elif not faults:
            seen_at[row["account_id"]] = line
            accounts[row["account_id"]] = AccountInfo(*(row[name] or None for name in COLUMNS[1:]))
    if header is None and not errors:
        errors.append(GuardstreamError(f"no header; the first line must name {', '.join(COLUMNS)}", Where(file, 1)))
    if errors:
        raise Errors(errors)
    return accounts


def account_fields(info: AccountInfo) -> dict[str, str | None]:
    """Return the parsed fields that accounts.csv adds to an event."""
    return {"account_name": info.name, "account_owner": info.owner, "account_environment": info.environment}


def _rows(text: str) -> Iterator[tuple[int, list[str], str | None]]:
    """Yield the line, the cells and, last, what stops the reading; lines without cells are left out."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                yield reader.line_num, cells, None
    except csv.Error as error:
        yield reader.line_num, [], f"not CSV: {error}; quote cells as RFC 4180 says"


def _faults_of_header(cells: list[str]) -> list[str]:
    missing = [name for name in COLUMNS if name not in {cell.lower() for cell in cells}]
    return [f"column {name} is missing; the first line must name {', '.join(COLUMNS)}" for name in missing]


def _faults_of_row(row: dict[str, str], seen_at: dict[str, int]) -> list[str]:
    missing = [name for name in COLUMNS if name not in row]
    if missing:
        return [f"no cell for {', '.join(missing)}; leave cells empty, but keep the commas"]
    account = row["account_id"]
    if not (account.isascii() and account.isdigit()):
        return [f"account_id {account!r} is not made of digits; write the id as text, with its leading zeros"]
    if account in seen_at:
        return [f"account {account} stands on line {seen_at[account]} already; keep one of the two"]
    return []
