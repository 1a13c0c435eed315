"""Sigma rules (https://sigmahq.io) become guardstream rules that match the same events, or are refused with the reason.

pySigma reads them; it is an extra of the package, so nothing but the command that imports rules may import this room.
"""
