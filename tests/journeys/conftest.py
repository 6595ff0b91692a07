"""The site as it is served, for journeys in a browser."""

from tests.desk.conftest import frontend, noon, served, tool, vendor

__all__ = ["frontend", "noon", "served", "tool", "vendor"]
