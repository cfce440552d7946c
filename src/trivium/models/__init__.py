"""Language models, and what wraps them; the nets of `.model` relations are in `torch/`."""
