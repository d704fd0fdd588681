// Whatever can have the keyboard's focus must show that it has it: one of each look is tried.
() => {
  const kinds = new Map();
  const open = document.querySelector("dialog[open]") ?? document;
  for (const each of open.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']"))
    if (each.checkVisibility() && !each.disabled) kinds.set(`${each.tagName} ${each.className} ${each.type}`, each);
  const unseen = (each) => {
    each.focus({ preventScroll: true });
    const { outlineStyle, outlineWidth } = getComputedStyle(each.closest(".search") ?? each); // the box wears its field's ring
    return outlineStyle === "none" || parseFloat(outlineWidth) < 2;
  };
  return [...kinds.values()].filter(unseen).map((each) => `no focus to see: ${each.outerHTML.slice(0, 120)}`);
};
