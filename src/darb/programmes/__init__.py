"""Plain Python, no Django: one declaration per programme, in the language of `rules.pathway`."""

from darb.rules.pathway import Pathway

from .voluntary_return import VOLUNTARY_RETURN

PROGRAMMES: dict[str, Pathway] = {pathway.key: pathway for pathway in (VOLUNTARY_RETURN,)}
"""Every programme by its key, the word that cases and the command line use."""
