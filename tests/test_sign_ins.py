"""Passwords are hashed slowly, on purpose: many who sign in at once wait for each other, and pages for none of them."""

import re
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar

import pytest

from .servers import Server

CROWD = 60


def sign_in(server: Server, username: str) -> int:
    """The status of the answer to a password that is wrong."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    url = f"{server.url}/accounts/login/"
    with browser.open(url, timeout=60) as page:
        [token] = re.findall(r'csrfmiddlewaretoken" value="([^"]+)', page.read().decode())
    fields = {"csrfmiddlewaretoken": token, "username": username, "password": "wrong"}
    try:
        return browser.open(url, urllib.parse.urlencode(fields).encode(), timeout=60).status
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.alone
def test_many_who_sign_in_at_once_hold_no_page_up(site):
    server = site.start()
    took = []
    with ThreadPoolExecutor(CROWD) as pool:
        answers = [pool.submit(sign_in, server, f"name-{number}") for number in range(CROWD)]
        while not all(answer.done() for answer in answers):
            began = time.monotonic()
            server.get("/liveblog/demo/?before=")
            took.append(time.monotonic() - began)
    assert {answer.result() for answer in answers} <= {200, 429, 503}
    slowest = sorted(took)[int(len(took) * 0.99)]
    print(f"p99 of {len(took)} pages meanwhile: {slowest * 1000:.0f} ms")
    assert slowest < 1  # one that waited for them would take ten


def test_who_tries_one_name_after_another_from_one_address_has_to_wait(site):
    server = site.start()
    statuses = set()
    for number in range(CROWD):  # one at a time, so that each is looked at, on however slow a machine
        statuses.add(sign_in(server, f"name-{number}"))
        if 429 in statuses:
            return
    raise AssertionError(statuses)
