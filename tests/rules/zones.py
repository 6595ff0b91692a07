"""Writes machine-readable zones, from the text of ICAO Doc 9303 and not from the code that reads them."""

from __future__ import annotations

VALUE = {c: i for i, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}


def digit(text: str) -> str:
    """Doc 9303 part 3, 4.9."""
    total = 0
    for i, c in enumerate(text):
        total += VALUE[c] * (7 if i % 3 == 0 else 3 if i % 3 == 1 else 1)
    return str(total % 10)


def with_digit(text: str) -> str:
    """A field and its check digit."""
    return text + digit(text)


def names(surname: str, given: str, width: int) -> str:
    """The field of names, cut where it is too long."""
    whole = surname.replace(" ", "<") + ("<<" + given.replace(" ", "<") if given else "")
    return whole[:width].ljust(width, "<")


def td3(surname="KEITA", given="IBRAHIM MOUSSA", number="AB1234567", issuer="MLI", nationality="MLI", birth="970304",
        sex="M", expires="300501", optional="", code="P<") -> list[str]:  # fmt: skip
    """A passport's two lines (part 4)."""
    number, birth, expires = with_digit(number.ljust(9, "<")), with_digit(birth), with_digit(expires)
    optional = with_digit(optional.ljust(14, "<"))
    first = code.ljust(2, "<") + issuer.ljust(3, "<") + names(surname, given, 39)
    second = number + nationality.ljust(3, "<") + birth + sex + expires + optional
    return [first, second + digit(number + birth + expires + optional)]


def td2(surname="KEITA", given="IBRAHIM MOUSSA", number="AB1234567", issuer="MLI", nationality="MLI", birth="970304",
        sex="M", expires="300501", optional="", code="I<") -> list[str]:  # fmt: skip
    """A two-line card (part 6); a long number goes on in the optional data."""
    birth, expires = with_digit(birth), with_digit(expires)
    number, optional = _long(number, optional, 7)
    first = code.ljust(2, "<") + issuer.ljust(3, "<") + names(surname, given, 31)
    second = number + nationality.ljust(3, "<") + birth + sex + expires + optional
    return [first, second + digit(number + birth + expires + optional)]


def td1(surname="KEITA", given="IBRAHIM MOUSSA", number="AB1234567", issuer="MLI", nationality="MLI", birth="970304",
        sex="M", expires="300501", optional="", code="I<") -> list[str]:  # fmt: skip
    """A three-line card (part 5)."""
    birth, expires = with_digit(birth), with_digit(expires)
    number, optional = _long(number, optional, 15)
    second_optional = "<" * 11
    first = code.ljust(2, "<") + issuer.ljust(3, "<") + number + optional
    last = digit(number + optional + birth + expires + second_optional)
    return [
        first,
        birth + sex + expires + nationality.ljust(3, "<") + second_optional + last,
        names(surname, given, 30),
    ]


def _long(number: str, optional: str, width: int) -> tuple[str, str]:
    if len(number) <= 9:
        return with_digit(number.ljust(9, "<")), optional.ljust(width, "<")
    return number[:9] + "<", (number[9:] + digit(number) + "<" + optional).ljust(width, "<")


def mrv_a(surname="KEITA", given="IBRAHIM MOUSSA", number="AB1234567", issuer="LBY", nationality="MLI", birth="970304",
          sex="M", expires="300501", optional="", code="V<") -> list[str]:  # fmt: skip
    """A visa as large as a page (part 7): no composite digit."""
    return _visa(surname, given, number, issuer, nationality, birth, sex, expires, optional, code, 44)


def mrv_b(surname="KEITA", given="IBRAHIM MOUSSA", number="AB1234567", issuer="LBY", nationality="MLI", birth="970304",
          sex="M", expires="300501", optional="", code="V<") -> list[str]:  # fmt: skip
    """A small visa (part 7)."""
    return _visa(surname, given, number, issuer, nationality, birth, sex, expires, optional, code, 36)


def _visa(surname, given, number, issuer, nationality, birth, sex, expires, optional, code, width) -> list[str]:
    first = code.ljust(2, "<") + issuer.ljust(3, "<") + names(surname, given, width - 5)
    second = with_digit(number.ljust(9, "<")) + nationality.ljust(3, "<") + with_digit(birth) + sex
    return [first, second + with_digit(expires) + optional.ljust(width - 28, "<")]


WRITERS = {"TD3": td3, "TD2": td2, "TD1": td1, "MRV-A": mrv_a, "MRV-B": mrv_b}
