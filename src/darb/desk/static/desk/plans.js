// Dragging a group onto a flight does what choosing the flight beside its name does: it fills in the form #move and sends it.
"use strict";

const form = document.getElementById("move");
let dragged = null;

document.addEventListener("dragstart", (event) => {
  dragged = form && event.target.closest?.("[data-group]");
  if (!dragged) return;
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
    form.elements.group.value = dragged.dataset.group;
    form.elements.flight.value = place.dataset.drop;
    form.requestSubmit();
  });
}
