from django.urls import path

from . import managing, members, views

app_name = "chat"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", managing.new, name="new"),
    path("search/", views.search, name="search"),
    path("user/<int:pk>/changes/", views.user_changes, name="user_changes"),
    path("<slug:slug>/", views.room, name="room"),
    path("<slug:slug>/changes/", views.changes, name="changes"),
    path("<slug:slug>/join/", views.join, name="join"),
    path("<slug:slug>/leave/", views.leave, name="leave"),
    path("<slug:slug>/members/", members.members, name="members"),
    path("<slug:slug>/people/", managing.people, name="people"),
    path("<slug:slug>/reports/", managing.reports, name="reports"),
    path("<slug:slug>/edit/", managing.edit, name="edit"),
]
