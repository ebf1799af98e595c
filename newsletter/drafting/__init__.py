"""Write the first draft of an issue or an office, for a person to go on with."""
