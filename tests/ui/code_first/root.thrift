service Root { void begin() }
