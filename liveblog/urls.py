from django.urls import path

from . import views
from .desk import views as desk
from .embed.views import embed, oembed
from .feeds.views import atom as atom_of_feeds
from .feeds.views import json_feed as json_of_feeds
from .ingest.views import ingest

app_name = "liveblog"
urlpatterns = [
    path("", views.index, name="index"),
    path("changes/", views.index_changes, name="index_changes"),
    path("oembed/", oembed, name="oembed"),
    path("entries/<int:pk>/", views.entry, name="entry"),
    path("<slug:slug>/", views.liveblog, name="liveblog"),
    path("<slug:slug>/changes/", views.changes, name="changes"),
    path("<slug:slug>/embed/", embed, name="embed"),
    path("<slug:slug>/feed.atom", atom_of_feeds, name="atom"),
    path("<slug:slug>/feed.json", json_of_feeds, name="json_feed"),
    path("<slug:slug>/ingest/", ingest, name="ingest"),
    path("<slug:slug>/desk/changes/", desk.changes, name="desk_changes"),
]
