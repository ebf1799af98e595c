"""Say how an issue went, and how the list fares: counts become tables, pages and spreadsheets.

`facts` is what a database has counted; `issue` and `overall` turn that into a `Document` of
tables, which `page`, `charts` and `sheet` show. No address of anybody comes so far.
"""
