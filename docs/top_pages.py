"""README and the pages beside it as pages of the site: they lie above docs/ and link into it."""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

TOP = Path(__file__).parent.parent


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add each page of the top folder, as if it lay in docs/."""
    for page in sorted(TOP.glob("*.md")):
        text = page.read_text("utf-8").replace("](docs/", "](")
        files.append(File.generated(config, page.name, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links that lead out of docs/ to a page of the top folder end in the site."""
    way_up = "../" * page.file.src_uri.count("/")
    return re.sub(rf"\]\({way_up}\.\./(\w+\.md)", rf"]({way_up}\1", markdown)
