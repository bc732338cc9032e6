"""Ingest: scripts, wires and other systems post to a live blog by signed requests. docs/ingest.md is for who sends.

An extra. To be without it, delete every line in `liveblog/` that says `ingest`, and then:

- liveblog/ingest/
- liveblog/models/ingest.py
- liveblog/migrations/0003_ingest.py
- liveblog/templates/admin/liveblog/ingestkey/
- liveblog/tests/ingest/
- tests/test_ingest_doc.py
- docs/ingest.md, and what README.md and docs/security.md say of it

Where there was a database, `manage.py migrate liveblog 0002` comes first.
"""
