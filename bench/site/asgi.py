from project.asgi import application, routes

__all__ = ["application", "routes"]
