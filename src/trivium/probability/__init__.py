"""How probable rows are: grounding, inference, semirings, circuits."""
