"""Who answers for what: districts, departments, matters, the dispatch catalogue."""
