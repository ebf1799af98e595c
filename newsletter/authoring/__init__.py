"""Turn what an office wrote into values, with every mistake named by its line."""
