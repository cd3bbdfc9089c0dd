"""From approved to open: contract, fees, store set-up, final check; and what follows a refusal."""
