"""What `anxin doctor` tries, one file a subject. A check yields findings and never raises."""
