// What a page must hold in either language, asked in the page itself; answers with what is wrong.
// `names` are records that any page may show, `known` are the product's own Chinese words; `allowed` the Latin words that Chinese pages may show.
async ({ language, known, allowed, names }) => {
  const wrong = [];
  const root = document.documentElement;
  for (let tries = 0; root.scrollWidth > root.clientWidth && tries < 40; tries++)
    await new Promise((go) => setTimeout(go, 50)); // a chart takes its new width a moment later
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.querySelectorAll("body *")]
      .filter((each) => each.getBoundingClientRect().right > root.clientWidth + 1 && !each.closest(".table-frame *"))
      .map((each) => each.outerHTML.slice(0, 120));
    wrong.push(`wider than the screen: ${wide.slice(0, 2).join(" | ")}`);
  }
  for (const each of document.querySelectorAll("main input:not([type=hidden]), main select, main textarea"))
    if (!each.labels?.length && !each.ariaLabel && !each.hidden && !each.getAttribute("aria-labelledby"))
      wrong.push(`no label: ${each.outerHTML.slice(0, 120)}`);

  // -- the first screen ---------------------------------------------------------------------------
  const begins = "input:not([type=hidden]), select, textarea, button, a, summary, tbody tr, dd, li, .stat, .empty, .tell, .called";
  const shown = (each) => each.checkVisibility() && !each.closest(".head");
  const isBelow = (each) => each.getBoundingClientRect().top + 32 + scrollY > innerHeight;
  const first = [...document.querySelectorAll("main :is(" + begins + ")")].find(shown);
  if (!first || isBelow(first)) wrong.push(`no work on the first screen: ${first?.outerHTML.slice(0, 120)}`);
  if ([...document.querySelectorAll("main h1")].some(isBelow)) wrong.push("its name is not on the first screen");

  // -- words --------------------------------------------------------------------------------------
  const chinese = /[\u3400-\u9fff]/;
  const own = new Set(known);
  const data = "td, dd, h1, h3, .panel > header > h2, title, [translate=no], [lang]:not(html), textarea, svg";
  const said = [];
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.parentElement.closest("script, noscript, style, kbd, code")) said.push([node.data.trim(), node.parentElement]);
  }
  for (const each of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
    for (const name of ["aria-label", "title", "placeholder", "alt"])
      if (each.getAttribute(name)) said.push([each.getAttribute(name).trim(), each]);
  const code = /\/[\w./-]+|hongxian( [a-z]+)*/g; // a path of this machine, a command to type
  for (const [whole, place] of said) {
    const text = names.reduce((left, name) => left.replaceAll(name, ""), whole).replace(code, "").trim();
    if (!text || place.closest("[lang]:not(html)")) continue;
    const inData = place.closest(data);
    if (language === "en" && chinese.test(text) && (!inData || own.has(whole.split(": ").pop())))
      wrong.push(`Chinese on an English page: ${text.slice(0, 80)} in ${place.outerHTML.slice(0, 100)}`);
    if (language === "zh" && !place.closest("[translate=no]")) {
      const latin = text.match(/(?<![A-Za-z0-9@._-])[A-Za-z]{3,}(?![A-Za-z0-9@._-])/g) || [];
      const shortId = /^[a-f]{8}$/; // the end of an id that chance drew without a figure
      const odd = latin.filter((word) => !allowed.includes(word) && !shortId.test(word));
      if (odd.length) wrong.push(`English on a Chinese page: ${odd} in ${text.slice(0, 80)}`);
    }
  }
  return wrong;
};
