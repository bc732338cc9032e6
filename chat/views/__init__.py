"""Pages and forms of chat; the addresses are in urls.py."""
