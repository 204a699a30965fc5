"""One command, several processes: started together, restarted when they die, ended together.

Plain Python: the process that watches the others must be small and have nothing to crash on.
"""
