"""Mutation testing: small mistakes are put into the code one by one, and the tests have to notice."""
