"""First-time mode: what the law wants at a step, what is needed, an example, what others get wrong, whom to call.

It changes guidance, never fields or rules, and nobody is shown to others as a beginner.
"""
