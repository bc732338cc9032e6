"""What is asked of pages, and what is found on them."""

from __future__ import annotations

import re
from typing import Any

JSON = {"Accept": "application/json"}


def found(pattern: str, page: Any) -> Any:
    """What the pattern's group is on a page; None without it."""
    match = re.search(pattern, page.text)
    return match and match[1]
