"""Registrations for tests: a few known people, and made ones in any number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from darb.house.bench_people import Labelled, Vocabulary, registrations
from darb.rules.identity import Record

AMAL = Record(
    "1",
    given_name="عثمان",
    father_name="إبراهيم",
    family_name="آدم",
    mother_name="حليمة",
    sex="M",
    dob=date(1994, 3, 17),
    birth_year=1994,
    nationality="SDN",
    origin_place="نيالا",
    case_no="C1",
    reg_date=date(2025, 8, 1),
)
AGAIN = replace(
    AMAL, record_id="2", given_name="Ousmane", father_name="Ibrahim", family_name="Adam", mother_name="Halima",
    origin_place="Nyala", case_no="C2",
)  # fmt: skip
BROTHER = replace(AGAIN, record_id="3", given_name="Yacoub", dob=date(1998, 6, 2), birth_year=1998, case_no="C3")
STRANGER = Record("4", "Kofi", "Kwame", "Mensah", sex="M", birth_year=1988, nationality="GHA", origin_place="Kumasi")


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Names of the list of real names, given at random to made people: a small labelled file to draw from."""
    lines = (Path(__file__).parents[1] / "names" / "real_names.txt").read_text(encoding="utf-8").splitlines()
    names = [line.split(":") for line in lines if ":" in line and not line.startswith("#")]
    spelled = [[word.replace("_", " ") for word in " ".join(told).split()] for told in names]
    labelled = []
    for person in range(len(spelled) * 4):
        given, father, family, mother, place = (
            spelled[(person * step + step) % len(spelled)] for step in (1, 7, 11, 13, 17)
        )
        for time in range(2):
            labelled.append(
                Labelled(
                    Record(
                        f"{person}-{time}",
                        given[time % len(given)],
                        father[-1 - time % len(father)],
                        family[time % len(family)],
                        mother[time % len(mother)],
                        sex="MF"[person % 2],
                        birth_year=1990,
                        nationality=("SDN", "NER", "EGY")[person % 3],
                        origin_place=place[0],
                    ),
                    str(person),
                )
            )
    return Vocabulary(labelled)


def made(many: int, seed: int = 1, noise: float = 1.0) -> list[Labelled]:
    """About `many` made registrations and who they are."""
    return list(registrations(vocabulary(), many, seed=seed, noise=noise))
