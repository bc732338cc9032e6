"""The JavaScript of every app, by Node's own test runner."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

RESOLVE = (Path(__file__).parent / "js/static-files.js").as_uri()
TESTS = sorted(settings.BASE_DIR.glob("*/tests/js/*.test.js"))


def test_the_javascript_passes_its_tests():
    node = shutil.which("node")
    if not node and os.environ.get("CI") != "true":
        pytest.skip("Node is missing: make test-deps")
    assert node, "Node is missing, and with CI=true nothing is skipped: make test-deps"
    done = subprocess.run(
        [node, "--import", RESOLVE, "--test", *map(str, TESTS)], capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr
    assert "# pass 0" not in done.stdout
