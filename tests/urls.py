"""The site's pages, and those of the app that only the kernel's tests have."""

from django.urls import include, path

from project.urls import urlpatterns as site

urlpatterns = [path("testboards/", include("realtime.tests.board.urls")), *site]
