"""What `anxin doctor` tries, one file a subject. A check yields results and never raises."""
