"""What is installed is what was looked at: each package by its version and by the digests of its files."""

import re

import pytest

from .servers import ROOT


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned_by_version_and_by_hash(name):
    lines = (ROOT / name).read_text().replace("\\\n", " ").splitlines()
    packages = [line for line in lines if line and not line.lstrip().startswith("#")]
    assert len(packages) > 20
    for package in packages:
        assert re.fullmatch(r"[a-z0-9.-]+==\S+(\s+--hash=sha256:[0-9a-f]{64})+\s*", package), package


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_every_package_that_is_asked_for_says_what_for(name):
    lines = (ROOT / name).read_text().splitlines()
    packages = [line for line in lines if line and not line.startswith(("#", "-"))]
    without = {re.split(r"[<>=\[]", package)[0] for package in packages if "#" not in package}
    assert without <= {"django", "channels", "pytest", "pytest-django"}  # which need no reason
