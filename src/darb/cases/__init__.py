"""A person's case in a programme: its stage, its gates, verdicts, encounters, tasks and papers."""
