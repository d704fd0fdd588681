// Presses that count: shown at once, sent together soon; whoever sends them then shows the new number.
import { count, waitsFor } from "./outbox.js";

const SOON_MILLISECONDS = 2000;
let soon = 0;

export async function showCounts() {
  for (const form of document.querySelectorAll("form[data-counts]")) {
    const waits = await waitsFor(form);
    form.querySelector("[data-waits]").textContent = waits ? ` +${waits}` : "";
  }
}

export async function pressed(form, send) {
  await count(form);
  await showCounts();
  soon ||= setTimeout(() => (soon = 0) || send(), SOON_MILLISECONDS);
}
