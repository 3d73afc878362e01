"""Evidence and a verdict become pages, files and lines that people and machines read; start at `document.RunDocument`.

Renderers are functions from a `RunDocument` to text. They write no files and measure nothing; what they show comes from
untrusted records, so every word passes `text.clean` and the escaping of its format.
"""
