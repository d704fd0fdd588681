// A grid's keys, as in a spreadsheet; without this it is a form like any other.
"use strict";

for (const grid of document.querySelectorAll("[data-grid]")) {
  const rows = [...grid.querySelectorAll("tbody tr")].map((row) => [...row.cells].slice(1));
  const inputOf = (cell) => cell?.querySelector("input:not([type=hidden]), select");
  const placeOf = (input) => {
    const cell = input.closest("td");
    const row = rows.findIndex((cells) => cells.includes(cell));
    return [row, row < 0 ? -1 : rows[row].indexOf(cell)];
  };
  const go = (row, column) => {
    const input = inputOf(rows[row]?.[column]);
    input?.focus();
    if (input?.type === "text") input.select();
    return Boolean(input);
  };
  const put = (input, text) => {
    if (!input) return;
    if (input.type === "checkbox") input.checked = !["", "0", "否", "no", "false"].includes(text.trim().toLowerCase());
    else input.value = text;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const valueOf = (input) => (input.type === "checkbox" ? (input.checked ? "1" : "") : input.value);
  const atEdge = (input, back) =>
    input.type !== "text" || (back ? input.selectionEnd === 0 : input.selectionStart === input.value.length);

  grid.addEventListener("keydown", (event) => {
    const input = event.target;
    const [row, column] = placeOf(input);
    if (row < 0 || event.isComposing || event.altKey) return;
    if (event.ctrlKey && event.key === "d") {
      const above = inputOf(rows[row - 1]?.[column]);
      if (above) put(input, valueOf(above));
    } else if (event.ctrlKey || event.metaKey) return;
    else if (event.key === "Enter" || event.key === "ArrowDown") {
      if (input.tagName === "SELECT" && event.key !== "Enter") return;
      go(row + (event.shiftKey ? -1 : 1), column);
    } else if (event.key === "ArrowUp" && input.tagName !== "SELECT") go(row - 1, column);
    else if (event.key === "ArrowLeft" && atEdge(input, true)) {
      if (!go(row, column - 1)) return;
    } else if (event.key === "ArrowRight" && atEdge(input, false)) {
      if (!go(row, column + 1)) return;
    } else return;
    event.preventDefault();
  });

  grid.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text").replace(/\r?\n$/, "");
    const [row, column] = placeOf(event.target);
    if (row < 0 || !/[\n\t]/.test(text)) return;
    event.preventDefault();
    text.split(/\r?\n/).forEach((line, down) =>
      line.split("\t").forEach((each, right) => put(inputOf(rows[row + down]?.[column + right]), each.trim()))
    );
  });

  // All boxes of a column, of those rows whose box before it is ticked.
  grid.addEventListener("click", (event) => {
    const all = event.target.closest(".tick-all");
    if (!all) return;
    event.preventDefault();
    const column = all.closest("th").cellIndex - 1;
    for (const cells of rows) {
      const before = cells.slice(0, column).map(inputOf).filter((each) => each?.type === "checkbox").pop();
      if (!before || before.checked) put(inputOf(cells[column]), "1");
    }
  });
}
