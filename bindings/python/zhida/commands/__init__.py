"""The work of each subcommand; imported only when that one is called, so that the command line starts
quickly.
"""
