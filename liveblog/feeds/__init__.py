"""Feeds of a live blog: Atom, which says what was withdrawn, and JSON Feed.

An extra. To be without it, delete every line in `liveblog/` that says `feeds`, and then:

- liveblog/feeds/
- liveblog/templates/liveblog/feeds/
- liveblog/tests/feed_formats.py
- liveblog/tests/test_feeds.py
"""
