"""README, the pages beside it and the manual as pages of the site: they lie outside docs/ and link into it."""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

TOP = Path(__file__).parent.parent
MANUAL = TOP / "web" / "hongxian_web" / "manual"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add each page of the top folder and of the manual, as if they lay in docs/."""
    for page in sorted(TOP.glob("*.md")):
        text = page.read_text("utf-8").replace("](docs/", "](")
        files.append(File.generated(config, page.name, content=text))
    for file in sorted([*MANUAL.rglob("*.md"), *MANUAL.rglob("*.png")]):
        name = file.relative_to(TOP).as_posix()
        files.append(File.generated(config, name, abs_src_path=str(file)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links that lead out of docs/ to a page of the top folder or of the manual end in the site."""
    way_up = "../" * page.file.src_uri.count("/")
    return re.sub(rf"\]\({way_up}\.\./(\w+\.|web/)", rf"]({way_up}\1", markdown)
