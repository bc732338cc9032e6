"""What the README and the docs say is so: links lead somewhere, commands run, every setting is listed."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from .servers import ROOT, Process, accepts, free_port, wait_until

DOCS = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("doc", DOCS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file_and_to_the_test_it_names(doc: Path) -> None:
    for text, target in re.findall(r"\[([^\]]*)\]\(([^)#]+)\)", doc.read_text()):
        if "://" not in target:
            assert (doc.parent / target).exists(), f"{doc.name} links to {target}"
            if text.startswith("test_"):
                assert f"def {text}(" in (doc.parent / target).read_text(), f"{text} is not in {target}"


def test_the_readme_fits_on_110_lines():
    assert len(README.splitlines()) <= 110


def test_each_guarantee_links_to_its_test():
    guarantees = README.partition("## What it guarantees")[2].partition("\n## ")[0]
    items = re.findall(r"^- .*?(?=^- |\Z)", guarantees, re.MULTILINE | re.DOTALL)
    assert len(items) >= 8
    assert all("](" in item for item in items)


def test_every_make_target_that_is_named_exists():
    makefile = (ROOT / "Makefile").read_text()
    named = {target for doc in DOCS for target in re.findall(r"\bmake ([a-z-]+)(?=[ `\n])", doc.read_text())}
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert {"run", "test"} <= named
    assert named - {"it"} <= targets


def test_the_example_lists_every_setting_with_its_default():
    read = set(re.findall(r'(?:env\.\w+|names)\(\s*"([A-Z_]+)"', (ROOT / "project/settings.py").read_text()))
    serve = set(re.findall(r'env\.\w+\("([A-Z_]+)"', (ROOT / "realtime/management/commands/serve.py").read_text()))
    listed = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert listed == read | serve | {"DEMO_PASSWORD"}


@pytest.mark.server
def test_the_plain_commands_start_a_site_with_pages_and_sockets(tmp_path):
    """Those for who has no make; pip aside, which has run or this test would not."""
    block = README.partition("Without make:")[2].split("```")[1]
    _pip, *commands = [line.split("#")[0].strip() for line in block.strip().splitlines()]
    port = free_port()
    env = {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3", "MEDIA_ROOT": f"{tmp_path}/media", "PORT": str(port)}
    output = ""
    for command in commands[:-1]:
        process = Process([sys.executable, *shlex.split(command)[1:]], env)
        assert process.popen.wait(60) == 0, process.output()
        output += process.output()
        process.end()
    assert f"http://localhost:{port}/liveblog/demo/" in output
    assert re.search(r"user editor, password \S+", output)
    server = Process([sys.executable, *shlex.split(commands[-1])[1:], str(port), "--noreload"], env)
    try:
        wait_until(lambda: accepts(port), what="runserver")
        assert follow(port).startswith('{"type":"hello"')
    finally:
        server.end()


def follow(port: int) -> str:
    """The first frame of the demo's socket."""
    from websockets.sync.client import connect
    from websockets.typing import Origin

    with connect(f"ws://127.0.0.1:{port}/_ws/liveblog/demo", origin=Origin(f"http://127.0.0.1:{port}")) as socket:
        return str(socket.recv(timeout=10))


@pytest.mark.server
def test_what_the_demo_says_to_type_runs_as_it_stands(tmp_path):
    env = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3", "MEDIA_ROOT": f"{tmp_path}/media"}

    def run(command: str) -> str:
        return subprocess.run(command, shell=True, env=env, cwd=ROOT, check=True, capture_output=True, text=True).stdout

    run(f"{sys.executable} manage.py migrate --verbosity 0")
    [hint] = re.findall(r"To see it live: (.+)", run(f"{sys.executable} manage.py demo"))
    assert "post:" in run(f"{hint} --every 0 --count 1")
