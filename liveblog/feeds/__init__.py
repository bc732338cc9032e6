"""Feeds of a live blog, for readers' own programs: Atom with deletions (RFC 6721), and JSON Feed.

An extra. To be without them, delete the lines of `liveblog/urls.py` and of the templates that say `feeds`, and:

- liveblog/feeds/
- liveblog/templates/liveblog/_feeds.html
- liveblog/tests/test_feeds.py
"""
