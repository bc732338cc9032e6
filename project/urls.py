"""The site's pages. Sockets are in project/routing.py."""

from django.conf import settings
from django.contrib import admin
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from accounts.forms import StaffChangePasswordForm, StaffSignInForm
from liveblog.embed.views import oembed  # liveblog
from liveblog.sitemap.views import robots, sitemap  # liveblog
from liveblog.views import picture  # liveblog
from realtime.pages import public_file

admin.site.login_form = StaffSignInForm
admin.site.password_change_form = StaffChangePasswordForm
admin.site.site_header = admin.site.site_title = settings.SITE_NAME

urlpatterns = [
    # The front page is the first of these.
    path("", RedirectView.as_view(pattern_name="liveblog:index"), name="front"),  # liveblog
    path("", RedirectView.as_view(pattern_name="chat:index"), name="front"),  # chat
    path("liveblog/", include("liveblog.urls")),  # liveblog
    path("oembed/", oembed, name="oembed"),  # liveblog: embed
    path("sitemap.xml", sitemap, name="sitemap"),  # liveblog: sitemap
    path("robots.txt", robots),  # liveblog: sitemap
    path("chat/", include("chat.urls")),  # chat
    # Browsers ask for it where a page, such as the admin, names none.
    path("favicon.ico", lambda request: redirect(static("project/favicon.svg"))),
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    # Uploads, on one machine; with object storage, MEDIA_URL points there instead. An app that shows some of them to
    # some people alone has a route before the last, which is for everyone.
    re_path(r"^media/(?P<name>liveblog/.+)$", picture),  # liveblog
    re_path(r"^media/(?P<name>.+)$", public_file),
]
