"""Teaching the recogniser a town's words: sentences become sounds, sounds lessons, lessons a small difference of weights."""
