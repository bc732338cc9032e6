"""A live blog within other sites' pages: live, in a frame; and oEmbed, by which their editors find it.

An extra. To be without it, delete the lines of `liveblog/urls.py`, `project/settings.py` and the templates that say
`embed`, and:

- liveblog/embed/
- liveblog/templates/liveblog/embed.html
- liveblog/templates/liveblog/_embed.html
- liveblog/tests/test_embed.py
"""
