"""A live blog in a frame on other sites, live as its page is; and oEmbed, which makes the frame of an address.

An extra. To be without it, delete every line in `liveblog/`, `project/` and `.env.example` that says `embed`, and then:

- liveblog/embed/
- liveblog/static/liveblog/embed.css
- liveblog/templates/liveblog/embed/
- liveblog/templatetags/embed.py
- liveblog/tests/test_embed.py
- tests/test_embed.py
"""
