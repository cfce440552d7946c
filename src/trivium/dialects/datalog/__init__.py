"""The dialect of Soufflé: typed programs on the engine."""
