from django import template

from ..rooms import room_beside

register = template.Library()
register.simple_tag(room_beside)
