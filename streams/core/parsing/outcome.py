"""How an API call ended."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from streams.core.parsing.values import as_object, as_text

# Services have no common list of codes. These words stand in those that say: you may not. Throttling, validation and
# expired or invalid credentials are errors; who has no valid credentials was not recognised, rather than refused.
_DENIED = re.compile(
    r"access.?denied|unauthori[sz]ed|not.?authori[sz]ed|authori[sz]ation(?:failure|failed|error)|authfailure|forbidden"
    r"|insufficient(?:privilege|permission)s?|accessdisabled",
    re.IGNORECASE,
)
_LONGEST = 256


def parse_outcome(error_code: Any, event_name: Any, response_elements: Any, service_event_details: Any = None) -> str:
    """Return ``success``, ``denied`` or ``error`` for one CloudTrail record.

    Denied is an error code that says the caller lacks the right, such as AccessDenied,
    Client.UnauthorizedOperation or AuthorizationErrorException; another code is an error. Null and an empty text are no
    code. Sign-ins put their failure elsewhere, without a code: ``responseElements.ConsoleLogin: "Failure"`` (the same
    under the names SwitchRole, CheckMfa and so on, or in ``serviceEventDetails``) is an error.
    """
    code = as_text(error_code)
    if code is not None:
        return "denied" if _says_denied(code[:_LONGEST]) else "error"
    if isinstance(event_name, str) and any(
        as_object(answer).get(event_name) == "Failure" for answer in (response_elements, service_event_details)
    ):
        return "error"
    return "success"


@lru_cache(maxsize=4096)
def _says_denied(code: str) -> bool:
    return _DENIED.search(code) is not None
