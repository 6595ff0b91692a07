"""Where things are: areas with their P-codes, countries, sites of every type, airports, missions of origin."""
