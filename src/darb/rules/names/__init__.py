"""Names as people write and hear them: folded words for searching, keys that equate a name across scripts."""

from .asking import answers
from .folding import digits, fold, words
from .skeleton import NAMES_VERSION, keys, primary, sound

__all__ = ["NAMES_VERSION", "answers", "digits", "fold", "keys", "primary", "sound", "words"]
