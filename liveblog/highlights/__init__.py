"""The last updates of what is live, on its card in the index: read with the page, and kept current by a socket each.

An extra. To be without it, delete every line in `liveblog/` that says `highlights`, and then:

- liveblog/highlights/
- liveblog/static/liveblog/highlights.css
- liveblog/static/liveblog/highlights.js
- liveblog/templates/liveblog/highlights/
- liveblog/tests/test_highlights.py
- tests/test_highlights.py
"""

from .lists import fill, highlighted

__all__ = ["fill", "highlighted"]
