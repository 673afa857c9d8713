"""The consoles: the pages on which customers and the operator do what the API and commands do.

Pages are read in one unit of work. What a page does is an operation of the API, so its checks, its
refusals and its audit record are the same (`keylease.console.visit.Visit.perform`); what no API
offers (an order that waits, operator's work) is a unit of work of its own. All routes stand in
`keylease.console.routes`.
"""
