"""The frame that every page shares: project/templates/."""

from django.template.loader import render_to_string


def test_an_error_page_is_the_same_for_everyone_and_sets_no_cookie(client, alice):
    stranger = client.get("/nowhere/")
    client.force_login(alice)
    known = client.get("/nowhere/")
    assert stranger.status_code == known.status_code == 404
    assert stranger.content == known.content
    assert not stranger.cookies
    assert "Cookie" not in known.get("Vary", "")


def test_every_page_carries_the_name_of_the_site(client, db, settings):
    for path in "/nowhere/", "/accounts/login/", "/accounts/signup/", "/accounts/reset/":
        assert f" · {settings.SITE_NAME}</title>" in client.get(path).text


def test_pages_carry_no_inline_script_or_style(client, alice):
    client.force_login(alice)
    for path in "/nowhere/", "/accounts/login/", "/accounts/signup/", "/accounts/":
        page = client.get(path).text
        assert "<style" not in page
        assert " style=" not in page
        assert "<script>" not in page
        assert " onclick=" not in page


def test_the_pages_for_a_broken_site_need_no_context():
    assert "Something went wrong" in render_to_string("500.html")
    assert "This request makes no sense" in render_to_string("400.html")
