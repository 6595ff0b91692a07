// One key an outcome: in a select marked data-pick, the key named in an option's data-key chooses it and goes to the next line.
"use strict";

document.addEventListener("keydown", (event) => {
  const pick = event.target.closest("select[data-pick]");
  if (!pick || event.ctrlKey || event.metaKey || event.altKey) return;
  // Digits by the place of the key, since French keyboards shift them; letters too where the keyboard isn't Latin.
  const placed = /^(Digit|Numpad|Key)/.test(event.code) ? event.code.at(-1).toLowerCase() : event.key;
  const key = /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : placed;
  const option = [...pick.options].find((each) => each.dataset.key === key);
  if (!option || key === " ") return;
  event.preventDefault();
  if (pick.value !== option.value) {
    pick.value = option.value;
    pick.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const lines = [...document.querySelectorAll("select[data-pick]")].filter((each) => !each.closest("[hidden]"));
  lines[lines.indexOf(pick) + 1]?.focus();
});

// Ready to type: what is done about a lost link, else the first line without an outcome.
(document.querySelector("#down button") ?? [...document.querySelectorAll("select[data-pick]")].find((pick) => !pick.value))?.focus();
