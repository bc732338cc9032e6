"""What search engines and cards read of a page: description, canonical address, Open Graph, and JSON-LD.

An extra. To be without it, delete every line in `liveblog/` that says `metadata`, and then:

- liveblog/metadata/
- liveblog/templatetags/metadata.py
- liveblog/templates/liveblog/metadata/
- liveblog/tests/schema_org.py
- liveblog/tests/test_metadata.py
"""
