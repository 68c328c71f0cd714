"""From a plan to a human: card, consent, forms, case, ticket."""
