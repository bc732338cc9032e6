from django import template
from django.db.models import QuerySet

from liveblog.desk.access import is_editor
from liveblog.models import LiveBlog

MANY = 8

register = template.Library()


@register.simple_tag(takes_context=True)
def desks(context: template.Context) -> QuerySet[LiveBlog]:
    """The live blogs to which this editor can post now, or soon; none for others."""
    open_ones = LiveBlog.objects.exclude(state=LiveBlog.State.ENDED).order_by("state", "-starts_at")
    return open_ones[:MANY] if is_editor(context["user"]) else open_ones.none()
