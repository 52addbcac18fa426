"""Was everything that was sent stored, raised and sent on, once and in time?"""
