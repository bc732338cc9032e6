"""The site's pages. Sockets are in project/routing.py."""

from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from django.views.static import serve

from accounts.forms import StaffSignInForm

admin.site.login_form = StaffSignInForm
admin.site.site_header = admin.site.site_title = settings.SITE_NAME


def media(request: HttpRequest, path: str) -> HttpResponseBase:
    try:
        return serve(request, path, settings.MEDIA_ROOT)
    except OSError as error:  # a name too long for a file
        raise Http404 from error


urlpatterns = [
    # The front page is the first of these.
    path("", RedirectView.as_view(pattern_name="liveblog:index"), name="front"),  # liveblog
    path("", RedirectView.as_view(pattern_name="chat:index"), name="front"),  # chat
    path("liveblog/", include("liveblog.urls")),  # liveblog
    path("chat/", include("chat.urls")),  # chat
    # Browsers ask for it where a page, such as the admin, names none.
    path("favicon.ico", lambda request: redirect(static("project/favicon.svg"))),
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    # Right for one machine; behind a CDN or with object storage, MEDIA_URL points there instead.
    re_path(r"^media/(?P<path>.+)$", media),
]
