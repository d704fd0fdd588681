// node lighthouse.mjs PORT URL…: what Lighthouse has against pages, in a browser that runs already; one line for each, as JSON.
import lighthouse from "lighthouse";

const [port, ...urls] = process.argv.slice(2);
// As high as a whole page: a bar at the foot covers what scrolls away below it, which Lighthouse counts as covered.
const screenEmulation = { mobile: true, width: 390, height: 2400, deviceScaleFactor: 1, disabled: false };
const wrong = [];
for (const url of urls) {
  const { lhr } = await lighthouse(url, { port: Number(port), onlyCategories: ["accessibility", "best-practices"], screenEmulation, logLevel: "error" });
  if (lhr.runtimeError) wrong.push(`${url}: ${lhr.runtimeError.message}`);
  for (const { auditRefs } of Object.values(lhr.categories)) {
    for (const { score, id, title, details } of auditRefs.map((each) => lhr.audits[each.id])) {
      if (score !== null && score < 1) wrong.push(`${url}: ${id}: ${title} ${JSON.stringify(details?.items ?? []).slice(0, 600)}`);
    }
  }
}
console.log(JSON.stringify(wrong));
