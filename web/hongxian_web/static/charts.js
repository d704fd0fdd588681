// Draws each <canvas data-chart> from the JSON that it carries; the table beneath it says the same.
"use strict";

const style = getComputedStyle(document.documentElement);
const ink = style.getPropertyValue("--ink").trim();
const line = style.getPropertyValue("--line").trim();
// One red, then blacks and greys; dashes tell lines apart where greys are near each other.
const COLOURS = [style.getPropertyValue("--red").trim(), ink, "#8c8c8c", "#4f4f4f", "#bcbcbc", "#6e6e6e"];
const DASHES = [[], [], [], [8, 4], [8, 4], [2, 4]];

Chart.defaults.animation = false;
Chart.defaults.elements.line.borderWidth = 2;
Chart.defaults.maintainAspectRatio = false;
Chart.defaults.color = ink;
Chart.defaults.borderColor = line;
Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
Chart.defaults.font.size = parseFloat(style.fontSize) * 0.875;

function dataset([label, data], index) {
  const colour = COLOURS[index % COLOURS.length];
  return {
    label,
    data,
    borderColor: colour,
    backgroundColor: colour,
    borderDash: DASHES[index % DASHES.length],
    pointRadius: 3,
  };
}

function draw(canvas) {
  const { kind, labels, series } = JSON.parse(canvas.dataset.chart);
  canvas.parentElement.hidden = false;
  new Chart(canvas, {
    type: kind === "line" ? "line" : "bar",
    data: { labels, datasets: series.map(dataset) },
    options: {
      interaction: { mode: "index", intersect: false },
      plugins: { legend: { display: series.length > 1, position: "bottom" } },
      scales: {
        x: { grid: { display: false } },
        y: { beginAtZero: true, ticks: { precision: 0 } },
      },
    },
  });
}

function drawAll(part) {
  for (const canvas of part.querySelectorAll("canvas[data-chart]")) {
    if (!Chart.getChart(canvas)) draw(canvas);
  }
}

drawAll(document);
document.addEventListener("htmx:load", (event) => drawAll(event.detail.elt));
