"""Search within a live blog: a page without scripts, whose hits lead to permalinks.

An extra. To be without it, delete the lines of `liveblog/urls.py` and its templates that say `entry_search`, and:

- liveblog/entry_search/
- liveblog/templates/liveblog/entry_search/
- liveblog/tests/test_entry_search.py
"""
