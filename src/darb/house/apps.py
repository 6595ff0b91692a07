"""Starts the house: what stands above is told to what stands below."""

from django.apps import AppConfig


class House(AppConfig):
    """Puts up the reactions once every room is there."""

    name = "darb.house"

    def ready(self) -> None:
        """Have reactions follow every action, and persons recognised by the mission's own model if it has one."""
        from darb.reactions.after import put_up

        from .identity_own import use_own_model

        put_up()
        use_own_model()
