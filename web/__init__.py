"""The doors: pages, the chat socket and what guards them. They ask `onboarding` and `conversations`, nothing else."""
