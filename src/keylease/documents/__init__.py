"""Documents for customers: data in, the bytes of a PDF out.

`statement` says what a monthly statement holds, `texts` what it says in two languages, `typeface`
which characters can be printed and where a line breaks, and `statement_pdf` draws it.
"""
