"""How `manage.py serve` starts, and what it says when it can't: lines for people, never a traceback."""

import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from project.settings import DEVELOPMENT_SECRET_KEY

from .readers import close_code, frame, open_socket
from .servers import ROOT, Server, free_port, wait_until


def refused(site, *arguments, folder=ROOT, **env):
    """What a start that must fail says."""
    command = [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", *arguments]
    env = {**os.environ, **site.env, **env}
    done = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, timeout=20)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def test_without_collected_static_files_it_does_not_start_and_names_the_command(site, tmp_path):
    ours = shutil.ignore_patterns(".*", "staticfiles", "media", "db.sqlite3*", "__pycache__", "node_modules")
    copy = shutil.copytree(ROOT, tmp_path / "copy", ignore=ours)
    said = refused(site, folder=copy)
    assert f"no collected static files in {copy}/staticfiles" in said
    assert "Run: python manage.py collectstatic --no-input" in said


def test_with_debug_on_it_does_not_start_unless_told_to(site):
    said = refused(site, DEBUG="1")
    assert "DEBUG is on" in said
    assert "--insecure" in said
    assert "DEBUG is on" in refused(site, DEBUG="1", SECRET_KEY=DEVELOPMENT_SECRET_KEY)
    start = "import sys; sys.argv = ['manage.py', 'serve', '--insecure', '--port', sys.argv[1]]; "
    insecure = start + "exec(open('manage.py').read())"
    server = site.start(code=insecure, DEBUG="1", SECRET_KEY=DEVELOPMENT_SECRET_KEY)
    assert "Harbour regatta" in server.get("/liveblog/demo/")


def test_a_report_of_an_error_shows_no_passwords(site):
    """As when somebody forgets DEBUG=false, and a stranger makes an error happen."""
    secret = {"REDIS_URL": "redis://:sesame@127.0.0.1:1/0", "EMAIL_URL": "smtp://post:sesame@localhost"}
    server = site.start(daphne=True, DEBUG="1", **secret)
    with pytest.raises(urllib.error.HTTPError) as error:
        server.get("/", Host="foreign.example")
    page = error.value.read().decode()
    assert "ALLOWED_HOSTS" in page  # it is the report
    assert "sesame" not in page


def test_by_https_cookies_belong_to_this_host_alone(site):
    server = site.start(HTTPS="1")
    request = urllib.request.Request(f"{server.url}/accounts/login/", headers={"X-Forwarded-Proto": "https"})
    cookie = urllib.request.urlopen(request, timeout=10).headers["Set-Cookie"]
    assert cookie.startswith("__Host-csrftoken=")
    assert {"Secure", "Path=/"} <= set(cookie.split("; "))


def test_a_port_that_is_taken_is_said(site):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert f"Cannot listen on 127.0.0.1 port {port}: Address already in use" in refused(site, "--port", str(port))


def test_the_development_server_says_that_a_port_is_taken_and_ends(site):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        env = {**os.environ, **site.env, "DEBUG": "1"}
        for command in ["make", "run", f"PORT={port}"], [sys.executable, "manage.py", "runserver", f"127.0.0.1:{port}"]:
            done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=60)
            assert done.returncode != 0
            assert f"Cannot listen on port {port}" in done.stdout + done.stderr
            assert f"localhost:{port}" not in done.stdout  # no address that leads elsewhere


def test_static_files_that_were_collected_with_debug_on_are_served(site, tmp_path):
    ours = shutil.ignore_patterns(".*", "staticfiles", "media", "db.sqlite3*", "__pycache__", "node_modules")
    copy = shutil.copytree(ROOT, tmp_path / "copy", ignore=ours)
    collect = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(collect, env={**os.environ, **site.env, "DEBUG": "1"}, cwd=copy, check=True, timeout=60)
    assert (copy / "staticfiles/staticfiles.json").exists()


async def test_a_site_below_a_path_of_its_host_links_to_itself_alone(site, write):
    """Whether the proxy leaves the prefix in the path or takes it out."""
    server = site.start(FORCE_SCRIPT_NAME="/news")
    for prefix in "/news", "":
        page = server.get(f"{prefix}/liveblog/demo/")
        leads = set(re.findall(r'(?:href|src|socket|changes|action)="(/[^"]*)"', page))
        assert {path.split("/")[1] for path in leads} == {"news"}
        assert "/news/_ws/liveblog/demo" in leads
        assert "ok" in server.get(f"{prefix}/cache-healthcheck")
        async with open_socket(server, f"{prefix}/_ws/liveblog/demo") as reader:
            assert (await frame(reader))["type"] == "hello"
            write("post", liveblog="demo", body="A pushed entry.")
            while (pushed := await frame(reader))["type"] != "changes":
                pass
            assert 'href="/news/liveblog/entries/' in pushed["items"][0]["html"]


@pytest.mark.parametrize(("host", "url"), [("::1", "http://[::1]:"), ("127.0.0.1", "http://127.0.0.1:")])
def test_it_names_an_address_that_can_be_opened(site, host, url):
    port = free_port()
    command = [sys.executable, "manage.py", "serve", "--host", host, "--port", str(port)]
    server = Server(command, port, site.env)
    site.processes.append(server)
    wait_until(lambda: "Serving on" in server.output(), what="the line that says where")
    assert f"Serving on {url}{port}/ (Ctrl-C stops)" in server.output()


def test_an_address_that_is_none_of_ours_is_said(site):
    said = refused(site, "--port", "1234", "--host", "192.0.2.1")
    assert "Cannot listen on 192.0.2.1 port 1234: Cannot assign requested address" in said


WRONG = {
    "DEBUG": "maybe",
    "REDIS_URL": "foo",
    "DATABASE_URL": "nonsense",
    "DRAIN_SECONDS": "-1",
    "MAX_SOCKETS": "many",
    "LOG_LEVEL": "LOUD",
    "HTTPS": "2",
    "PORT": "http",
    "SECRET_KEY": "",
    "EMAIL_URL": "foo",
    "TIME_ZONE": "Mars/Olympus",
}


def test_each_wrong_setting_is_a_line_that_names_it(site):
    lines = refused(site, **WRONG).strip().splitlines()
    assert sorted(line.partition(":")[0] for line in lines) == sorted(WRONG)


def test_lists_may_be_written_with_blanks_and_a_comma_at_the_end(site):
    server = site.start(ALLOWED_HOSTS="127.0.0.1, example.com , ", CSRF_TRUSTED_ORIGINS=" https://a.example, ")
    assert "Harbour regatta" in server.get("/liveblog/demo/", Host="example.com")


def test_images_may_come_from_elsewhere_if_the_settings_say_so(site):
    server = site.start(MEDIA_URL="https://cdn.example.com/media/")
    with urllib.request.urlopen(server.url + "/liveblog/demo/", timeout=10) as page:
        policy = dict(part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; "))
    assert "https://cdn.example.com" in policy["img-src"].split()


def test_sites_that_share_a_redis_do_not_hear_each_other(site):
    print_prefix = "from django.conf import settings; print(settings.CHANNEL_LAYERS['default']['CONFIG']['prefix'])"

    def prefix(**env):
        site.env |= env
        return site.manage("shell", "-v", "0", "-c", print_prefix)

    urls = ["redis://localhost/0", "redis://localhost/1"]
    seen = [prefix(REDIS_URL=url, SECRET_KEY=key * 60) for url in urls for key in "ab"]
    assert len(set(seen)) == 4
    assert prefix(REDIS_URL="redis://elsewhere/1", SECRET_KEY="b" * 60) == seen[-1]  # the same one by another name


def test_a_port_beyond_65535_is_said(site):
    assert "Cannot listen on 127.0.0.1 port 65536: bind(): port must be 0-65535." in refused(site, "--port", "65536")


def test_the_development_key_is_none_for_production(site):
    said = refused(site, SECRET_KEY=DEVELOPMENT_SECRET_KEY)
    assert "realtime.E001" in said
    assert "SECRET_KEY=$(python -c" in said


def test_it_says_where_it_serves_and_tells_what_could_be_better(site):
    server = site.start()
    said = server.output()
    assert f"Serving on {server.url}/ (Ctrl-C stops)" in said
    assert "realtime.W002" in said  # SQLite
    assert "realtime.W003" in said  # no Redis


async def test_an_address_has_its_share_of_the_sockets(site):
    server = site.start(MAX_SOCKETS_PER_ADDRESS="2")
    ours = {"X-Forwarded-For": "203.0.113.7"}
    async with open_socket(server, additional_headers=ours) as first:
        async with open_socket(server, additional_headers=ours) as second:
            for connection in (first, second):
                assert (await frame(connection))["type"] == "hello"
            async with open_socket(server, additional_headers=ours) as third:
                assert await close_code(third) == 4029
            async with open_socket(server, additional_headers={"X-Forwarded-For": "203.0.113.8"}) as other:
                assert (await frame(other))["type"] == "hello"
        async with open_socket(server, additional_headers=ours) as again:  # there is room once more
            assert (await frame(again))["type"] == "hello"


async def test_the_socket_above_the_limit_is_told_to_come_back_later(site):
    server = site.start(MAX_SOCKETS="3")
    async with open_socket(server) as first, open_socket(server) as second:
        async with open_socket(server) as third:
            for connection in (first, second, third):
                assert (await frame(connection))["type"] == "hello"
            async with open_socket(server) as fourth:
                assert await close_code(fourth) == 4029
        async with open_socket(server) as fifth:  # there is room again
            assert (await frame(fifth))["type"] == "hello"
