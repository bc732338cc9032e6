from django.urls import path

from .views import managing, members, pages

app_name = "chat"
urlpatterns = [
    path("", pages.index, name="index"),
    path("new/", managing.new, name="new"),
    path("search/", pages.search, name="search"),
    path("user/<int:pk>/changes/", pages.user_changes, name="user_changes"),
    path("<slug:slug>/", pages.room, name="room"),
    path("<slug:slug>/changes/", pages.changes, name="changes"),
    path("<slug:slug>/join/", pages.join, name="join"),
    path("<slug:slug>/leave/", pages.leave, name="leave"),
    path("<slug:slug>/members/", members.members, name="members"),
    path("<slug:slug>/people/", managing.people, name="people"),
    path("<slug:slug>/reports/", managing.reports, name="reports"),
    path("<slug:slug>/edit/", managing.edit, name="edit"),
]
