"""Mails leave before the answer here, on the test's own connection."""

import pytest


@pytest.fixture(autouse=True)
def mail_at_once(monkeypatch):
    monkeypatch.setattr("accounts.mail.later", lambda work, *args, **kwargs: work(*args, **kwargs))
