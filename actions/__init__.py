"""The hands of the assistant: one file a skill; an action parses, asks the domain once and renders."""
