"""An app goes with its folder and the lines that name it; the rest stays whole."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .servers import copy_project

PAGES_OF_CHAT = [
    f"chat/tests/test_{subject}.py"
    for subject in ("room_page", "caching", "changes", "index", "search", "forms", "managing")
]
AROUND = ["feeds", "metadata", "embed", "sitemap", "highlights", "entry_search"]
FRONT_PAGE = """
from django.test import Client
page = Client(headers={"host": "localhost"}).get("/", follow=True)
print(page.status_code, page.redirect_chain[-1][0])
"""


def copy_without(app: str, folder: Path) -> None:
    """A copy of the project as docs/remove-an-app.md leaves it."""
    copy_project(folder)
    for path in {folder / app, folder / "project/discussion"}:
        shutil.rmtree(path, ignore_errors=True)
    for path in [*folder.glob("project/*.py"), *folder.glob("project/templates/*.html"), folder / "pyproject.toml"]:
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(line for line in lines if app not in line))


def remove_extra(name: str, folder: Path) -> None:
    """As `liveblog/<name>/__init__.py` says."""
    listed = re.findall(r"^- (\S+)$", (folder / f"liveblog/{name}/__init__.py").read_text(), re.MULTILINE)
    for path in (folder / each for each in listed):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    pages = folder.glob("liveblog/templates/**/*.html")
    for path in [*folder.glob("liveblog/**/*.py"), *folder.glob("project/*.py"), *pages]:
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(line for line in lines if name not in line.lower()))


@pytest.mark.server
@pytest.mark.parametrize("names", [["ingest"], *([name] for name in AROUND), AROUND])
def test_an_extra_goes_with_its_folder_and_its_lines(names, tmp_path):
    copy_project(tmp_path)
    for name in names:
        remove_extra(name, tmp_path)
    env = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/site.sqlite3"}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    kept = [f"liveblog/tests/test_{name}.py" for name in ("pages", "index", "caching", *AROUND) if name not in names]
    for command in (
        ["manage.py", "makemigrations", "--check", "--dry-run"],
        ["manage.py", "migrate", "--verbosity", "0"],
        ["-m", "pytest", *kept, "-q", "-p", "no:cacheprovider"],
    ):
        done = subprocess.run([sys.executable, *command], cwd=tmp_path, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
@pytest.mark.server
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("app", "front", "rest"),
    [
        ("liveblog", "/chat/", ["accounts", "realtime", "chat"]),
        ("chat", "/liveblog/", ["accounts", "realtime", "liveblog"]),
        ("discussion", "/liveblog/", [*PAGES_OF_CHAT, "liveblog/tests/test_pages.py"]),
    ],
)
def test_the_rest_passes_its_tests_without(app, front, rest, tmp_path):
    copy_without(app, tmp_path)
    kept = [path for path in tmp_path.rglob("*.py") if path.parts[len(tmp_path.parts)] not in ("tests", "bench")]
    assert not [path for path in kept if re.search(rf"\b(from|import) (project\.)?{app}\b", path.read_text())]
    env = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/site.sqlite3"}
    env.pop("DJANGO_SETTINGS_MODULE", None)  # the copy has its own

    def run(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=850
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("-c", "from importlinter.cli import lint_imports_command as lint; lint(['--no-logo', '--no-cache'])")
    run("manage.py", "makemigrations", "--check", "--dry-run")
    run("manage.py", "migrate", "--verbosity", "0")
    assert "Admin:" in run("manage.py", "demo")
    assert run("manage.py", "shell", "--verbosity", "0", "--command", FRONT_PAGE).strip() == f"200 {front}"
    assert " passed" in run("-m", "pytest", *rest, "-m", "not server", "-q", "-p", "no:cacheprovider")
