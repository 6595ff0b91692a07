"""The house that the rooms stand in: settings, addresses, the command line, the database server, backups."""
