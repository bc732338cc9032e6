"""All contestants, by name. The first of a comparison is `serve-redis`."""

from .base import Contestant, Place
from .chat import Chat, SiteChat, UsualChat
from .nchan import Nchan
from .node_ws import NodeWs
from .picows_loop import PicowsLoop
from .site import Site
from .usual import Usual

__all__ = ["CONTESTANTS", "Chat", "Contestant", "Place"]

CONTESTANTS: dict[str, Contestant] = {
    contestant.name: contestant
    for contestant in (
        Site("serve", redis=True),
        Site("serve", redis=False),
        Site("daphne", redis=True),
        Site("daphne", redis=False),
        Usual("daphne"),
        Usual("uvicorn"),
        NodeWs(),
        Nchan(),
        PicowsLoop(),
        SiteChat(postgres=False),
        SiteChat(postgres=True),
        UsualChat(postgres=False),
        UsualChat(postgres=True),
    )
}
