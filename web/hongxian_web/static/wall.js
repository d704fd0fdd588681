// A wall draws itself anew, each part where it is otherwise; while nobody answers, its last picture stays and says since when.
const every = Number(document.body.dataset.seconds) * 1000;
const away = document.getElementById("away");

function show(drawn) {
  for (const id of ["head", "main"]) {
    const here = document.getElementById(id), now = drawn.getElementById(id);
    if (!now) throw new Error("no wall");
    if (here.innerHTML !== now.innerHTML) here.replaceChildren(...now.childNodes);
  }
  away.hidden = true;
}

function keep() {
  const time = document.querySelector("#head time");
  away.querySelector("b").textContent = time.textContent;
  [time.hidden, away.hidden] = [true, false]; // a clock that stands is not shown
}

async function drawAnew() {
  try {
    const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(2 * every) });
    if (!answer.ok) throw new Error(String(answer.status));
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    keep();
  }
  setTimeout(drawAnew, every);
}
setTimeout(drawAnew, every);
