"""What the town knows: procedures, questions, forms and counters as data, and the plan made of them."""
