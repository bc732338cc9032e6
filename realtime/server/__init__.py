"""The server: what stands around the application, and the process that serves it (server.py, which imports uvicorn)."""

from .headers import SecurityHeaders
from .health import Health
from .uploads import UploadCheck

__all__ = ["Health", "SecurityHeaders", "UploadCheck"]
