"""The health checks are answered whatever the Host, the scheme or the state of the rest."""

import http.client

import pytest

from .servers import wait_until


@pytest.fixture
def server(site):
    return site.start()


def ask(server, path, method="GET", **headers):
    """The status, the headers and the body; redirects are not followed."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, answer.headers, body


@pytest.mark.parametrize("path", ["/cache-healthcheck", "/readyz"])
def test_a_health_check_is_answered_for_any_host_without_a_redirect(site, path):
    server = site.start(HTTPS="1")
    assert ask(server, "/liveblog/")[0] == 301  # as all other pages are
    for host in ("elsewhere.example", "10.0.0.1:8000", "!"):
        status, headers, body = ask(server, path, host=host)
        assert status == 200
        assert headers["cache-control"] == "no-store"
        assert "ok" in body
        status, headers, nothing = ask(server, path, "HEAD", host=host)
        assert (status, headers["content-length"], nothing) == (200, str(len(body)), "")


def test_readiness_needs_the_database_and_the_cache_health_check_does_not(site, server, tmp_path):
    assert ask(server, "/readyz")[::2] == (200, "database: ok\nlayer: ok\n")
    away = tmp_path.rename(tmp_path.with_name("away"))
    wait_until(lambda: ask(server, "/readyz")[0] == 503)
    assert ask(server, "/readyz")[2] == "database: down (OperationalError)\nlayer: ok\n"
    assert ask(server, "/cache-healthcheck")[::2] == (200, "ok\n")
    away.rename(tmp_path)
    assert ask(server, "/readyz")[0] == 200


def test_readiness_reports_the_layer_but_does_not_need_it(site, redis):
    server = site.start(REDIS_URL=redis.url)
    assert ask(server, "/readyz")[::2] == (200, "database: ok\nlayer: ok\n")
    redis.stall()
    assert ask(server, "/readyz")[::2] == (200, "database: ok\nlayer: down (TimeoutError)\n")
    redis.kill()
    assert ask(server, "/readyz")[::2] == (200, "database: ok\nlayer: down (ConnectionError)\n")
    redis.start()
    wait_until(lambda: "layer: ok" in ask(server, "/readyz")[2])
