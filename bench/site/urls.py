"""The site's pages, and a bare view under the same middleware to compare them with."""

from django.http import HttpResponse
from django.urls import path

from project.urls import urlpatterns as pages

urlpatterns = [path("plain/", lambda request: HttpResponse("plain")), *pages]
