"""Program text to syntax tree and back: one file per dialect, one tree, one printer."""
