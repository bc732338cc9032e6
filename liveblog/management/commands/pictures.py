from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.images import get_image_dimensions
from django.core.files.storage import Storage
from django.core.management.base import BaseCommand
from django.db.models import F
from django.utils import timezone

from liveblog.images import FOLDERS, originals, place, prepared, store_beside
from liveblog.models import Entry

UNDER_WAY = timedelta(days=1)  # a younger file may belong to an entry that is not committed yet


class Command(BaseCommand):
    help = (
        "Store pictures of earlier releases as they are stored now: under names that nobody guesses, without what the "
        "camera noted, in several widths. And remove files that no entry has, as after an error while saving."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        storage = Entry._meta.get_field("image").storage
        pictures = Entry.objects.exclude(image="").values_list("pk", "image")
        renewed = sum(self.renew(pk, name, storage) for pk, name in pictures)
        removed = 0
        for name in files(storage, "liveblog"):
            old = storage.get_modified_time(name) < timezone.now() - UNDER_WAY
            if old and not Entry.objects.filter(image__in=originals(name)).exists():
                storage.delete(name)
                removed += 1
        self.stdout.write(f"Stored {renewed} pictures anew, and removed {removed} files that no entry has.")

    def renew(self, pk: int, name: str, storage: Storage) -> bool:
        """Readers are told the new address, and not that the entry was updated."""
        if name.startswith(FOLDERS):
            return False
        try:
            with storage.open(name) as file:
                picture = prepared(file)
        except (OSError, ValidationError) as error:
            self.stderr.write(f"{name} of entry {pk} stays as it is: {error}")
            return False
        width, height = get_image_dimensions(picture)
        new = storage.save(place(None, str(picture.name)), picture)
        store_beside(storage, new, picture)
        rows = Entry.objects.filter(pk=pk, image=name)
        fields = {"image": new, "image_width": width, "image_height": height, "updated_at": F("updated_at")}
        return bool(rows.update(**fields))  # if not, it has another by now, and the next run removes this one


def files(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:  # nothing was stored yet
        return
    yield from (f"{folder}/{name}" for name in names)
    for each in folders:
        yield from files(storage, f"{folder}/{each}")
