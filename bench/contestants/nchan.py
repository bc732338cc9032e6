"""nginx with nchan: the reference in C. One worker, messages kept in its memory."""

from __future__ import annotations

import http.client
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bench.publish import Order
from tests.servers import Process

from .base import Contestant, Place, message

MODULE = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
CONFIGURATION = """
load_module {module};
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid {folder}/pid;
error_log stderr error;
events {{ worker_connections 16384; }}
http {{
    access_log off;
    client_body_temp_path {folder}; proxy_temp_path {folder};
    fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
    keepalive_requests 1000000;
    nchan_shared_memory_size 128M;
    server {{
        listen 127.0.0.1:{port};
        location ~ ^/publish/(\\w+)$ {{
            nchan_publisher; nchan_channel_id $1;
            nchan_message_buffer_length 1000; nchan_message_timeout 60s;
        }}
        location ~ ^/read/(\\w+)$ {{
            nchan_subscriber websocket; nchan_channel_id $1;
            nchan_subscriber_first_message newest;
        }}
    }}
}}
"""


class Nchan(Contestant):
    name = "nchan"
    title = "nginx with nchan (C)"

    def missing(self) -> str:
        return "" if shutil.which("nginx") and MODULE.exists() else "nginx with libnginx-mod-nchan, as Debian has it"

    def start(self, place: Place) -> Process:
        folder = Path(place.folder)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o777)  # the worker runs as nobody
        configuration = folder / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(module=MODULE, folder=folder, port=place.port))
        return Process(["nginx", "-e", "stderr", "-p", str(folder), "-c", str(configuration)])

    def path(self, channel: str) -> str:
        return f"/read/{channel}"

    def publisher(self, place: Place) -> Callable[[Order], dict[str, Any]]:
        connection = http.client.HTTPConnection("127.0.0.1", place.port)

        def publish(channel: str, text: str) -> None:
            connection.request("POST", f"/publish/{channel}", message(text))
            response = connection.getresponse()
            response.read()
            assert response.status < 300, response.status

        return partial(Order.carry_out, publish=publish)
