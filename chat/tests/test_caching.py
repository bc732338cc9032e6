"""Who may keep a page: strangers until something changes, and nobody what people see."""

from django.test import Client


def kept_by_nobody(page):
    return {"private", "no-store"} <= set(page["Cache-Control"].split(", ")) and "Cookie" in page["Vary"]


def test_strangers_get_the_same_bytes_and_keep_them_until_something_changes(client, room, say):
    say()
    first, second = client.get("/chat/lobby/"), Client().get("/chat/lobby/")
    assert first.content == second.content
    assert not first.cookies
    assert first["Cache-Control"] == "no-cache"
    assert first["Vary"] == "Accept-Encoding, Cookie"
    etag = {"If-None-Match": first["ETag"]}
    assert client.get("/chat/lobby/", headers=etag).status_code == 304
    say()
    assert client.get("/chat/lobby/", headers=etag).status_code == 200


def test_nobody_keeps_what_people_see(alices, bobs, room, private, alice, join):
    join(alice, room=private)
    paths = ["/chat/", "/chat/lobby/", "/chat/search/?q=x", "/chat/lobby/changes/?after=1", "/chat/back-room/"]
    paths += ["/chat/back-room/changes/", f"/chat/user/{alice.pk}/changes/?after=1"]
    for path in paths:
        page = alices.get(path)
        assert page.status_code == 200
        assert kept_by_nobody(page), path
    for path in "/chat/lobby/people/", "/chat/lobby/edit/":
        assert kept_by_nobody(bobs.get(path)), path
