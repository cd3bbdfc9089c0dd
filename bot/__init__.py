"""The brain: takes turns, runs Rasa in process, and holds our components of understanding."""
