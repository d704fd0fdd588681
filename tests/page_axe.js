// What axe-core calls serious or critical; what is decoration alone (a watermark) need not be read.
async () => {
  const what = { include: [["html"]], exclude: [[".hongxian-watermark"]] };
  const { violations } = await axe.run(what, { resultTypes: ["violations"] });
  return violations
    .filter((each) => ["serious", "critical"].includes(each.impact))
    .map((each) => {
      const places = each.nodes.slice(0, 2).map((node) => `${node.html.slice(0, 140)} ${node.any[0]?.message ?? ""}`);
      return `${each.id}: ${each.help}: ${places.join(" | ")}`;
    });
};
