"""The statistics beneath sizes, estimates and agreement."""
