"""What is done for a home before and after an alarm: adaptation, visits, assets, hours, reports."""
