"""Starts the house: what stands above is told to what stands below."""

from django.apps import AppConfig


class House(AppConfig):
    """Puts up the reactions once every room is there."""

    name = "darb.house"

    def ready(self) -> None:
        """Have reactions follow every action."""
        from darb.reactions.after import put_up

        put_up()
