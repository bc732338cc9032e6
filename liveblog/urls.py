from django.urls import path

from . import views
from .desk import views as desk
from .embed.views import embed
from .entry_search.views import entry_search
from .feeds import views as feeds
from .highlights.views import highlights
from .ingest.views import ingest

app_name = "liveblog"
urlpatterns = [
    path("", views.index, name="index"),
    path("changes/", views.index_changes, name="index_changes"),
    path("entries/<int:pk>/", views.entry, name="entry"),
    path("<slug:slug>/", views.liveblog, name="liveblog"),
    path("<slug:slug>/embed/", embed, name="embed"),
    path("<slug:slug>/highlights/", highlights, name="highlights"),
    path("<slug:slug>/feed.atom", feeds.atom, name="atom"),
    path("<slug:slug>/feed.json", feeds.json, name="json_feed"),
    path("<slug:slug>/search/", entry_search, name="entry_search"),
    path("<slug:slug>/changes/", views.changes, name="changes"),
    path("<slug:slug>/ingest/", ingest, name="ingest"),
    path("<slug:slug>/desk/changes/", desk.changes, name="desk_changes"),
]
