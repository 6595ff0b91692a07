// Dragging a group onto a flight does what ticking it and choosing the flight does: it fills in the form #move and sends
// it. Whoever drags one of several ticked groups drags them all.
"use strict";

const form = document.getElementById("move");
const boxes = [...document.querySelectorAll('input[form="move"][name="group"]')];
const told = document.querySelector("[data-ticked]");
let dragged = null;

function count() {
  if (told) told.textContent = boxes.filter((box) => box.checked).length.toLocaleString(document.documentElement.lang);
}
for (const box of boxes) box.addEventListener("change", count);
count();

document.addEventListener("dragstart", (event) => {
  dragged = form && event.target.closest?.("[data-group]");
  if (!dragged) return;
  const own = dragged.querySelector('[name="group"]');
  if (!own.checked) for (const box of boxes) box.checked = box === own;
  count();
  dragged.classList.add("is-dragged");
  event.dataTransfer.setData("text/plain", dragged.dataset.group);
  event.dataTransfer.effectAllowed = "move";
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("is-dragged");
  dragged = null;
  document.querySelectorAll(".is-over").forEach((place) => place.classList.remove("is-over"));
});

for (const place of document.querySelectorAll("[data-drop]")) {
  place.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    place.classList.add("is-over");
  });
  place.addEventListener("dragleave", () => place.classList.remove("is-over"));
  place.addEventListener("drop", (event) => {
    if (!dragged) return;
    event.preventDefault();
    form.elements.flight.value = place.dataset.drop;
    form.requestSubmit();
  });
}
