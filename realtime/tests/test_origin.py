"""Who is at home where: hosts and schemes however they are written, and what a proxy says of its clients."""

from io import BytesIO

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.test import Client

from realtime.server.server import behind_proxies
from realtime.sockets import OriginCheck
from realtime.sockets.requests import canonical

HOSTS = ["example.com"]


def objection(host, origin, scheme="wss", **headers):
    named = {"host": host, "origin": origin, **headers}
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in named.items()]
    scope = {"type": "websocket", "path": "/_ws/", "query_string": b"", "scheme": scheme, "headers": raw}
    return OriginCheck(None).objection(scope)


@pytest.mark.parametrize("host", ["example.com", "Example.COM", "example.com:443", "EXAMPLE.com:443"])
@pytest.mark.parametrize("origin", ["https://example.com", "https://EXAMPLE.com:443"])
def test_case_and_default_ports_do_not_matter_to_sockets(settings, host, origin):
    settings.ALLOWED_HOSTS = HOSTS
    assert objection(host, origin) is None


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("example.com:80", "https://example.com"),
        ("example.com:444", "https://example.com"),
        ("example.com", "https://example.com:444"),
        ("example.com", "http://example.com:443"),
        ("example.com", "http://example.com"),
    ],
)
def test_other_ports_and_schemes_do(settings, host, origin):
    settings.ALLOWED_HOSTS = HOSTS
    assert objection(host, origin)


@pytest.mark.parametrize("said", ["wss", "https", "WSS", "wss, http"])
def test_a_proxy_may_call_the_scheme_of_a_socket_by_its_own_word(settings, said):
    settings.ALLOWED_HOSTS = HOSTS
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert objection("example.com", "https://example.com", "ws", x_forwarded_proto=said) is None
    assert objection("example.com", "http://example.com", "ws", x_forwarded_proto=said)


@pytest.mark.parametrize("said", ["ws", "http"])
def test_a_socket_in_the_clear_is_one_of_http(settings, said):
    settings.ALLOWED_HOSTS = HOSTS
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert objection("example.com", "http://example.com", "ws", x_forwarded_proto=said) is None
    assert objection("example.com", "https://example.com", "wss", x_forwarded_proto=said)


@pytest.mark.parametrize("host", ["Example.COM", "example.com:80"])
def test_nor_do_they_to_forms(settings, db, host):
    settings.ALLOWED_HOSTS = HOSTS
    client = Client(enforce_csrf_checks=True, headers={"host": host})
    client.get("/accounts/login/")
    token = client.cookies["csrftoken"].value
    fields = {"username": "x", "password": "x", "csrfmiddlewaretoken": token}
    answer = client.post("/accounts/login/", fields, headers={"origin": "http://example.com"})
    assert answer.status_code == 200


def test_a_host_that_is_none_stays_as_it_is():
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [(b"host", b"!:x")]}
    assert canonical(ASGIRequest(scope, BytesIO())).META["HTTP_HOST"] == "!:x"


@pytest.mark.parametrize(
    ("trusted", "said", "client"),
    [
        ("*", [b"203.0.113.9"], "203.0.113.9"),
        ("*", [b"6.6.6.6, 203.0.113.9"], "203.0.113.9"),
        ("*", [b"6.6.6.6", b"203.0.113.9"], "203.0.113.9"),
        ("10.0.0.0/8", [b"6.6.6.6, 203.0.113.9, 10.2.2.2"], "203.0.113.9"),
        ("10.1.1.1", [b"6.6.6.6, 203.0.113.9"], "203.0.113.9"),
        ("192.0.2.1", [b"203.0.113.9"], "10.1.1.1"),
    ],
)
async def test_a_made_up_address_is_believed_from_no_client(trusted, said, client):
    seen = []

    async def application(scope, receive, send):
        seen.append(scope["client"][0])

    headers = [(b"x-forwarded-for", value) for value in said]
    scope = {"type": "http", "scheme": "http", "client": ("10.1.1.1", 5), "headers": headers}
    await behind_proxies(application, trusted)(scope, None, None)
    assert seen == [client]


def test_where_pages_come_by_https_alone_so_do_sockets(settings):
    settings.ALLOWED_HOSTS = HOSTS
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert objection("example.com", "https://example.com", "ws", x_forwarded_proto="https") is None
    for said in "http", "ws", "":
        assert "not by https" in objection("example.com", "http://example.com", "ws", x_forwarded_proto=said)
