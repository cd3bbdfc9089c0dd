"""Messages, turns, who answers, tickets and the outbox: the conversation itself, whoever speaks in it."""
