"""The quality assurance group's audit cycle: sample, pack, judge, estimate."""
