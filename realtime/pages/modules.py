"""What a JavaScript module imports, and what those import: a browser would find out one by one, a round trip each."""

from __future__ import annotations

import posixpath
import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders

IMPORT = re.compile(r"""^\s*(?:import|export)\b(?:[^"';]*?\bfrom)?\s*["'](\.[^"']+)["']""", re.MULTILINE)


@cache
def imports_of(name: str) -> list[str]:
    """The static files that this one needs, each once, the nearest first; what it is itself is not among them."""
    found = [name]
    for each in found:
        path = finders.find(each)
        source = Path(path).read_text() if path else ""
        for relative in IMPORT.findall(source):
            imported = posixpath.normpath(posixpath.join(posixpath.dirname(each), relative))
            if imported not in found:
                found.append(imported)
    return found[1:]
