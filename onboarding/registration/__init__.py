"""The registration of a brand: a draft filled field by field, what still blocks it, and its submission."""
