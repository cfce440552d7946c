"""The old address of proofs and probability: programs import its semirings."""
