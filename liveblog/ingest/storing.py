"""What a request does: an entry is created, edited or retracted, once, however often it is sent.

Two things see to that. The sender's id leads to one entry for good. And a signature is remembered: what is sent again
to the letter, by a network or by somebody who has heard it, is answered as the first time, and undoes no later edit.
The history of an entry says that it was written by nobody, which it calls a script.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.forms.models import model_to_dict

from realtime.models import Submission
from realtime.streams import statement, stream_name

from ..models import Entry, LiveBlog
from .models import Ingested, IngestKey
from .payload import Payload, Sent
from .refusals import refusal

State = Entry.State
FIELDS = ("headline", "body", "byline", "correction", "key_event", "image", "image_alt", "image_credit", "state")


class Done(NamedTuple):
    action: str
    entry: int


class EntryForm(forms.ModelForm):
    class Meta:
        model = Entry
        fields = FIELDS


def store(key: IngestKey, liveblog: LiveBlog, sent: Sent, signature: str) -> Done:
    """Raises Refusal, and then nothing was stored. One at a time in each live blog, editors included."""
    name = stream_name("desk", liveblog.pk)
    with statement([name]) as versions:
        if name not in versions.heads:
            raise refusal("no_liveblog")  # it was deleted meanwhile
        if known := Submission.objects.filter(key=signature).first():
            action, _, entry = known.made.partition(" ")
            return Done(action, int(entry))
        done = DEEDS[sent.payload.action](key, liveblog, sent)
        Submission.objects.create(key=signature, made=f"{done.action} {done.entry}")
    return done


def create(key: IngestKey, liveblog: LiveBlog, sent: Sent) -> Done:
    names: dict[str, Any] = {"key": key, "liveblog": liveblog, "name": sent.payload.id}
    if known := Ingested.objects.filter(**names).first():
        if known.digest != sent.digest:
            raise refusal("taken")
        return Done("created", entry_of(known).pk)
    entry = Entry(liveblog=liveblog, state=State.PUBLISHED)
    save(entry, key, sent)
    Ingested.objects.create(**names, entry=entry, digest=sent.digest)
    return Done("created", entry.pk)


def edit(key: IngestKey, liveblog: LiveBlog, sent: Sent) -> Done:
    entry = find(key, liveblog, sent.payload)
    if entry.state == State.RETRACTED:
        raise refusal("retracted")
    save(entry, key, sent)
    return Done("edited", entry.pk)


def retract(key: IngestKey, liveblog: LiveBlog, sent: Sent) -> Done:
    entry = find(key, liveblog, sent.payload)
    if entry.state != State.RETRACTED:
        entry.state = State.RETRACTED
        entry.save(update_fields=["state"])
    return Done("retracted", entry.pk)


DEEDS = {"create": create, "edit": edit, "retract": retract}


def find(key: IngestKey, liveblog: LiveBlog, payload: Payload) -> Entry:
    known = Ingested.objects.filter(key=key, liveblog=liveblog, name=payload.id).first()
    if known is None:
        raise refusal("unknown_id")
    return entry_of(known)


def entry_of(known: Ingested) -> Entry:
    if known.entry is None:
        raise refusal("deleted")
    return known.entry


def save(entry: Entry, key: IngestKey, sent: Sent) -> None:
    """With the fields that are given, by the rules that forms go by. Where nothing changes, nothing is written."""
    fields = {**model_to_dict(entry, FIELDS, exclude=["image"]), **sent.payload.fields}
    fields["byline"] = fields["byline"] or key.name
    files: Any = {"image": sent.image} if sent.image else {}
    form = EntryForm(fields, files, instance=entry)
    if not form.is_valid():
        raise refusal("invalid", " ".join(said(form)))
    if form.has_changed() or not entry.pk:
        form.save()


def said(form: forms.ModelForm) -> list[str]:
    """What is wrong, each with its field."""
    errors = [(name, " ".join(map(str, errors))) for name, errors in form.errors.items()]
    return [text if name == "__all__" else f"{name}: {text}" for name, text in errors]
