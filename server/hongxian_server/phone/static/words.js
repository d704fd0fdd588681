// What scripts say, in the language of the page, and where they say it.
export const words = () => JSON.parse(document.body.dataset.words);

export function say(text, kind = "stop") {
  const told = Object.assign(document.createElement("p"), { className: `tell ${kind}`, textContent: text });
  told.setAttribute("role", kind === "stop" ? "alert" : "status");
  document.getElementById("main").prepend(told);
  told.scrollIntoView({ block: "center" });
  return told;
}

// What a page of the hub's says first.
export function told(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  return (page.querySelector("main [role=alert], main .wrong, main p") ?? page.body).textContent.trim();
}
