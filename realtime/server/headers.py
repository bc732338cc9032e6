"""What every answer says to browsers, whoever gives it: pages, health checks, handshakes, and what refuses them all."""

from __future__ import annotations

from typing import Any

from django.conf import settings

#: What this site never asks of a device. Its pages could not, and neither could what somebody smuggled into them.
UNUSED = (
    "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid", "magnetometer", "microphone",
    "midi", "payment", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
STARTS = {"http.response.start", "websocket.http.response.start", "websocket.accept"}


def security_headers() -> list[tuple[bytes, bytes]]:
    headers = [
        (b"x-content-type-options", b"nosniff"),
        (b"permissions-policy", ", ".join(f"{feature}=()" for feature in UNUSED).encode()),
    ]
    if settings.SECURE_HSTS_SECONDS:
        headers.append((b"strict-transport-security", b"max-age=%d" % settings.SECURE_HSTS_SECONDS))
    return headers


class SecurityHeaders:
    """Outermost of the application. What an answer says itself stays as it is."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self.headers = security_headers()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        started = False

        async def send_with_headers(message: Any) -> None:
            nonlocal started
            if message["type"] in STARTS:
                started = True
                own = list(message.get("headers", ()))
                said = {name.lower() for name, _ in own}
                message = {**message, "headers": [*own, *(each for each in self.headers if each[0] not in said)]}
            await send(message)

        try:
            await self.application(scope, receive, send_with_headers)
        except Exception:
            if scope["type"] == "http" and not started:  # the server's own 500 would come without them
                plain = [(b"content-length", b"0"), (b"connection", b"close")]
                await send_with_headers({"type": "http.response.start", "status": 500, "headers": plain})
                await send_with_headers({"type": "http.response.body"})
            raise


def with_security_headers(answer: bytes) -> bytes:
    """An answer in bytes, from below the application."""
    status_line, _, rest = answer.partition(b"\r\n")
    lines = [b"%b: %b" % header for header in security_headers()]
    return b"\r\n".join([status_line, *lines, rest])
