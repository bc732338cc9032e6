"""docs/ingest.md against a real server: its commands run as they stand, its tables are the code's own."""

import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest

from liveblog.images import MAX_SIDE
from liveblog.ingest import signatures, views
from liveblog.ingest.payload import Payload
from liveblog.ingest.refusals import STATUS
from liveblog.tests.pictures import picture

from .servers import ROOT, Server, Site

DOC = (ROOT / "docs/ingest.md").read_text()
MAKE = (
    "from liveblog.ingest.models import IngestKey; key = IngestKey.objects.create(name='Wire');"
    "print(key.handle, *key.secrets())"
)


@pytest.fixture
def server(site: Site) -> Server:
    return site.start()


@pytest.fixture
def key(site: Site) -> tuple[str, str]:
    handle, secret = site.manage("shell", "--verbosity", "0", "--command", MAKE).split()
    return handle, secret


def block(language: str) -> str:
    (source,) = re.findall(rf"```{language}\n(.*?)```", DOC, re.DOTALL)
    return str(source)


def example() -> str:
    (answer,) = re.findall(r'^`(\{"id".*\})`$', DOC, re.MULTILINE)
    return str(answer)


def test_the_shell_commands_post_an_entry_and_again_do_not(server, key):
    env = {**os.environ, "SITE": server.url, "KEY": key[0], "SECRET": key[1]}
    answers = [
        json.loads(subprocess.run(["sh", "-euc", block("sh")], env=env, check=True, capture_output=True).stdout)
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert answers[0].keys() == json.loads(example()).keys()
    assert server.get("/liveblog/demo/").count("They <em>are</em> off.") == 1
    assert "They <em>are</em> off." in server.get(answers[0]["url"].removeprefix(server.url))


def test_the_python_posts_text_and_a_picture_edits_and_retracts(server, key):
    names: dict = {}
    exec(block("python"), names)

    def send(body: bytes, *kind: str) -> Any:
        return json.loads(names["post"](server.url, "demo", *key, body, *kind))

    body = names["form"](picture().read(), id="a2", body="A picture of it.", image_alt="Sails at dawn")
    made = send(body, "multipart/form-data; boundary=part")
    assert 'alt="Sails at dawn"' in server.get(f"/liveblog/entries/{made['entry']}/")
    send(b'{"id": "a2", "action": "edit", "body": "Another word for it."}')
    page = server.get("/liveblog/demo/")
    assert "Another word for it." in page
    assert 'alt="Sails at dawn"' in page
    assert send(b'{"id": "a2", "action": "retract"}')["action"] == "retracted"
    assert "Another word for it." not in server.get("/liveblog/demo/")
    assert "Traceback" not in server.output()


def test_who_goes_too_fast_is_told_to_wait(server):
    json_of_nobody = ["-H", "Content-Type: application/json", "--data", "{}"]
    command = ["curl", "-s", "-D", "-", *json_of_nobody, f"{server.url}/liveblog/demo/ingest/?[1-150]"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert said.count("401 Unauthorized") >= 100
    assert re.search(r"429 Too Many Requests.*?retry-after: 1\b", said, re.DOTALL | re.IGNORECASE)
    assert '"error": "too_fast"' in said


def test_the_command_of_the_document_posts_what_a_pipe_brings(site):
    (command,) = re.findall(r"`some-script \| python (manage\.py post demo - --headline \"Start\")`", DOC)
    assert command
    env = {**os.environ, **site.env}
    piped = subprocess.run(
        f"printf 'They *are* off.\\n' | {sys.executable} {command} --draft",
        shell=True, env=env, cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert re.fullmatch(r"entry-\d+, a draft\n", piped.stdout)


def test_its_fields_are_those_that_are_taken():
    table = DOC.partition("| field | |")[2].partition("\n\n")[0]
    first = re.findall(r"^\| (.+?) \|", table, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(first))) == {*Payload.__struct_fields__, "image"}


def test_its_errors_are_those_that_are_told():
    rows = re.findall(r"^\| (\d+) \| (.+?) \|", DOC, re.MULTILINE)
    assert {code: int(status) for status, codes in rows for code in re.findall(r"`(\w+)`", codes)} == STATUS


def test_its_figures_are_the_code_s_own():
    key, address = views.KEY_RATE, views.ADDRESS_RATE
    assert f"over {key.burst} at once, then {key.per_second} a second of a key;" in DOC
    assert f"; {address.burst} and {address.per_second} from an address." in DOC
    assert f"over {views.MAX_BYTES} bytes" in DOC
    assert f"the server's by {signatures.WINDOW}." in DOC
    assert f"at most {MAX_SIDE} pixels" in DOC


def test_it_fits_on_80_lines():
    assert len(DOC.splitlines()) <= 80
