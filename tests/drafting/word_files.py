"""Word documents to read, made of the least that one may have."""

from __future__ import annotations

import io
import zipfile

SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word(*paragraphs: str, style: str = "", **parts: str) -> bytes:
    """Return a Word document with these paragraphs."""
    kind = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    runs = (f"{kind}<w:r><w:t>{text}</w:t></w:r>" for text in paragraphs)
    return document("".join(f"<w:p>{run}</w:p>" for run in runs), **parts)


def document(body: str, **parts: str) -> bytes:
    """Return a Word document with this body; `parts` are others, such as header1, by name."""
    whole = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
        'package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="applica'
        'tion/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/office'
        'Document/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{SPACE}"><w:body>{body}</w:body></w:document>',
        "word/styles.xml": f'<w:styles xmlns:w="{SPACE}"><w:style w:type="paragraph" '
        'w:styleId="Heading1"><w:name w:val="heading 1"/></w:style><w:style w:type="paragraph" '
        'w:styleId="Fancy"><w:name w:val="Fancy quote"/></w:style></w:styles>',
        **{f"word/{name}.xml": text for name, text in parts.items()},
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in whole.items():
            archive.writestr(name, text)
    return stream.getvalue()
