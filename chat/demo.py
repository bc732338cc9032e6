"""What `manage.py demo` makes of this app."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone

from .badges import badge_of
from .models import Membership, Message, Room

NAMES = {"editor": "Edith Orwell", "alice": "Alice Liddell", "bob": "Bob Cratchit"}
# Minutes ago, who, what; and what it was before an edit, if there was one.
MESSAGES: list[tuple[int, str, str, str]] = [
    (52, "editor", "Welcome to the lobby. Ask anything, and be kind to each other.", ""),
    (47, "alice", "Good morning! Is anybody going down to the harbour for the regatta?", ""),
    (46, "alice", "I could bring sandwiches.", ""),
    (45, "bob", "@alice count me in. I finish at noon; shall we meet at the quay at half past?", ""),
    (44, "alice", "Half past twelve, by the lighthouse. ⛵", "Half past eleven, by the lighthouse. ⛵"),
    (31, "bob", "Where do I find the start times?", ""),
    (29, "editor", "@bob we keep the times of fixtures like this one at https://example.org/regatta", ""),
    (28, "bob", "Found them, thank you.\n\nFirst start at nine, the big boats at one. We'll be right on time.", ""),
    (12, "alice", "@bob @editor they are off! See you there.", ""),
]


def make() -> list[str]:
    """Create the room `lobby` if it is missing; the lines that tell about it."""
    topic = "Anything goes, as long as it is kind."
    room = Room.objects.by_slug("lobby")
    if room is None:
        room = Room.objects.create(slug="lobby", name="Lobby", topic=topic)
        fill(room)
    return [f"Chat room: {{site}}{room.get_absolute_url()}"]


def fill(room: Room) -> None:
    people = {person.username: person for person in of_the_demo()}
    for username, person in people.items():
        role = Membership.Role.MODERATOR if username == "editor" else Membership.Role.MEMBER
        Membership.objects.create(room=room, user=person, role=role)
    for minutes, username, text, draft in MESSAGES:
        message = Message(
            author=people.get(username),
            author_name=NAMES[username],
            author_badge=badge_of(people[username]) if username in people else "",
            client_id=uuid4(),
            text=draft or text,
            created_at=timezone.now() - timedelta(minutes=minutes),
        )
        Message.post(room, [message])
        if draft:
            message.edit(text)


def of_the_demo() -> Any:
    """Who was made for it: nobody else who is called alice or bob gets words put in their mouth."""
    members = Q(username__in=NAMES, email__endswith="@demo.invalid")
    return get_user_model().objects.filter(members | Q(username="editor", is_superuser=True))
