"""Proofs with real servers, small in the tests and in full by hand:

python -m tests.proofs.backlog --readings 500000
python -m tests.proofs.killing --messages 60000
"""
