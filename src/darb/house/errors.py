"""What the command line says when it can't."""


class HouseError(Exception):
    """The house can't do what was asked. Its text is one sentence for the person at the terminal."""
