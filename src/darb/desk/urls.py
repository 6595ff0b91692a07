"""Addresses of the desk. Each room's pages stand in a module of their own."""

from __future__ import annotations

from django.urls import path

from . import account, home, places

app_name = "desk"

urlpatterns = [
    path("", home.home, name="home"),
    path("places/", places.site_list, name="sites"),
    path("places/areas/", places.area_list, name="areas"),
    path("places/areas/load/", places.load_area_file, name="load_areas"),
    path("places/map/", places.site_map, name="site_map"),
    path("places/map.geojson", places.shapes, name="site_shapes"),
    path("places/missions/", places.mission_list, name="missions_of_origin"),
    path("places/new/", places.new_site, name="new_site"),
    path("places/site/<slug:code>/", places.site_page, name="site"),
    path("sign-in/", account.sign_in, name="sign-in"),
    path("sign-out/", account.sign_out, name="sign-out"),
    path("language/", account.set_language, name="set_language"),
]
