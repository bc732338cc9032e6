"""The sitemap: the live blogs, for search engines. Goes with the lines that name it in project/urls.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Coalesce

from .models import LiveBlog


class LiveBlogSitemap(Sitemap):
    limit = 5000

    def items(self) -> QuerySet[LiveBlog]:
        seen = Coalesce(Max("entries__published_at", filter=Q(entries__state="published")), "starts_at")
        return LiveBlog.objects.annotate(latest=seen).order_by("-starts_at", "-pk")

    def lastmod(self, item: Any) -> datetime:
        return item.latest

    def get_domain(self, site: Any = None) -> str:
        return settings.SITE_URL.partition("://")[2]

    def get_protocol(self, protocol: str | None = None) -> str:
        return settings.SITE_URL.partition("://")[0]
