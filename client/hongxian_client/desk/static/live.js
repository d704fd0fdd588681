// An open page shows what has come without being asked, and never under the hand of somebody who is at it.
"use strict";

const chosenAtFirst = (select) => [...select.options].find((each) => each.defaultSelected) ?? select.options[0];
function isChanged(each) {
  if (each.matches("[type=hidden]")) return false;
  if (each.matches("[type=checkbox], [type=radio]")) return each.checked !== each.defaultChecked;
  if (each.matches("select:not([multiple])")) return each.selectedOptions[0] !== chosenAtFirst(each);
  if (each.matches("select")) return [...each.options].some((option) => option.selected !== option.defaultSelected);
  return each.value !== each.defaultValue;
}

// Whoever types, has typed, chooses, reads what is unfolded or marks words is not disturbed.
function isAtIt(main) {
  const here = document.activeElement;
  return (
    (main.contains(here) && here.matches("input:not([type=checkbox], [type=radio], [type=submit], [type=button]), textarea, select, [contenteditable]")) ||
    Boolean(document.querySelector("dialog[open], [data-under-way], .htmx-request:not(#sync-line)") || main.querySelector("details[open]")) ||
    !document.getSelection().isCollapsed ||
    [...main.querySelectorAll("input[name], textarea[name], select[name]")].some(isChanged)
  );
}

const pathTo = (main, each) => {
  const path = [];
  for (; each && each !== main; each = each.parentElement) path.unshift([...each.parentElement.children].indexOf(each));
  return path;
};
const at = (main, path) => path.reduce((found, place) => found?.children[place], main);

// The part that is drawn anew, where it is otherwise; what had the focus has it again.
async function drawAnew() {
  const main = document.getElementById("main");
  if (isAtIt(main)) return false;
  const answer = await fetch(location.href, { headers: { "Hongxian-Live": "yes" } });
  if (answer.redirected || !answer.ok) return location.reload();
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
  if (!drawn || isAtIt(main)) return false;
  if (withoutTokens(drawn) === shown) return true;
  const here = document.activeElement;
  const id = here?.id;
  const path = main.contains(here) ? pathTo(main, here) : null;
  shown = withoutTokens(drawn);
  const told = main.querySelector(".toasts"); // what was just done may be undone for longer than it takes to be sent
  main.replaceChildren(...drawn.childNodes);
  if (told && !main.querySelector(".toasts")) main.append(told);
  htmx.process(main);
  if (path) (document.getElementById(id) ?? at(main, path))?.focus({ preventScroll: true });
  return true;
}

// A form's token is another each time.
const withoutTokens = (part) => part.innerHTML.replaceAll(part.querySelector("[name=csrf_token]")?.value ?? "", "");
let shown = withoutTokens(document.getElementById("main"));
let waits = 0;
async function show() {
  clearTimeout(waits);
  const line = document.getElementById("sync-line");
  if (line) htmx.trigger(line, "live");
  if (!(await drawAnew())) waits = setTimeout(show, 1500);
}

// A browser keeps few lines to one address: a page that nobody looks at has none. A line that begins tells at once
// what has come since the page was drawn, for its address says when that was.
let line = null;
const address = document.querySelector("[data-live]")?.dataset.live; // where nobody is let in there is none
function listen() {
  if (!address) return;
  if (document.hidden) {
    line?.close();
    line = null;
  } else if (!line) {
    line = new EventSource(address);
    line.onmessage = show;
  }
}
document.addEventListener("visibilitychange", listen);
listen();
