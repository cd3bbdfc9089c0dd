"""Brands, applications, documents, milestones and livestreams: the business itself, without any framework."""
