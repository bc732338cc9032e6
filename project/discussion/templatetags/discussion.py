from django import template

from ..rooms import liveblog_beside, room_beside

register = template.Library()
register.simple_tag(room_beside)
register.simple_tag(liveblog_beside)
