"""Ingest: scripts, wires and other systems post to a live blog by signed requests. docs/ingest.md is for who sends.

An extra, an app of its own. Where there was a database, `manage.py migrate ingest zero` comes first. Then delete the
lines of `liveblog/urls.py` and `project/settings.py` that say `ingest`, and:

- liveblog/ingest/
- tests/test_ingest_doc.py
- docs/ingest.md, and what README.md and docs/security.md say of it
"""
