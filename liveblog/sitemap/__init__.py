"""For search engines: sitemap.xml, which lists the live blogs, and robots.txt, which leads there.

An extra. To be without it, delete every line in `project/` that says `sitemap`, and then:

- liveblog/sitemap/
- liveblog/templates/liveblog/sitemap/
- liveblog/tests/test_sitemap.py
"""
