"""How closures name what they close."""

from __future__ import annotations

from darb.places.routes import airport_subject, area_subject, country_subject, subjects_on


def test_benin_the_country_is_not_benina_the_airport() -> None:
    assert country_subject("BEN") != airport_subject("BEN")
    assert subjects_on("BEN", "", "MJI") == ["BEN", "airport:MJI"]
    assert "BEN" not in subjects_on("NER", "", "BEN")


def test_a_place_of_return_is_the_same_place_however_it_is_spelt() -> None:
    assert area_subject("nga", "Édo  State") == area_subject("NGA", "edo-state") == "area:NGA:edo state"


def test_a_region_called_centre_is_closed_in_one_country_only() -> None:
    assert area_subject("CMR", "Centre") not in subjects_on("BFA", "Centre", None)


def test_what_is_not_chosen_yet_cant_be_closed() -> None:
    assert subjects_on("", "", None) == []
    assert subjects_on("MLI", "", "") == ["MLI"]


def test_a_very_long_name_of_a_place_still_fits_the_log() -> None:
    long = "The far side of the third hill behind the old market of the upper town"
    assert len("route:" + area_subject("NER", long)) <= 60
    assert area_subject("NER", long) in subjects_on("NER", long, None)
