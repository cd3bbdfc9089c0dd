"""Events that integrators are told of: noted by the database in the transaction that causes them, then delivered."""
