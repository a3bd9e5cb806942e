"""Bad and hostile input: every reader and every command, under limits of memory and time."""
