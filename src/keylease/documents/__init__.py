"""Documents for customers: data in, the bytes of a PDF out.

For a monthly statement: `statement` says what it holds, `texts` what it says in two languages,
`words` what is printed of it, and `statement_pdf` draws it, with its `front` and its `table`.
For any document: `typeface` knows which characters can be printed and where a line breaks, `page`
how a page is made.
"""
