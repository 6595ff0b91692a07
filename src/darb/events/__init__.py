"""Anything people are called to at one place and time; each line ends in an outcome."""
