"""What search engines and networks read of a page: description, canonical address, Open Graph, JSON-LD.

An extra. To be without it, delete the lines of `liveblog/` and its templates that say `metadata`, and:

- liveblog/metadata/
- liveblog/templatetags/metadata.py
- liveblog/templates/liveblog/_metadata.html
- liveblog/tests/test_metadata.py
"""
