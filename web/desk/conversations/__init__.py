"""Where agents work all day: queue, conversation and brand, live over all processes of the site."""
