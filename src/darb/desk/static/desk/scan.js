// Codes scanned into the field [data-scan]: by a scanner that types, or by the camera where the browser reads codes itself.
// The focus goes back to the field after each answer, so that the next scan never presses a button.
"use strict";

const EVERY = 200; // milliseconds between two looks of the camera
const GONE = 3000; // milliseconds without a code until the same one counts as scanned anew
const field = document.querySelector("[data-scan]");
const button = document.querySelector("[data-camera]");
const view = document.querySelector(".scan-view");
const note = (name) => document.querySelector(`[data-${name}]`);

function ready() {
  field.focus();
  field.select();
}

document.addEventListener("htmx:afterSwap", (event) => { if (event.target.id === "scanned") ready(); });

// A scanner that types while a button or nothing has the focus: what it types belongs into the field.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !/^[A-Za-z0-9]$/.test(event.key)) return;
  if (event.target.matches("input, textarea, select")) return;
  ready();
});

let stream = null;
let last = { code: "", at: 0 };

async function look(detector) {
  if (!stream) return;
  const [seen] = view.readyState >= 2 ? await detector.detect(view) : [];
  // The same code stays before the camera for a while: it is sent once, and again only after it was gone.
  if (seen && (seen.rawValue !== last.code || performance.now() - last.at > GONE)) {
    field.value = seen.rawValue;
    field.form.requestSubmit();
  }
  if (seen) last = { code: seen.rawValue, at: performance.now() };
  setTimeout(look, EVERY, detector);
}

function stop() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  view.hidden = true;
  button.setAttribute("aria-pressed", "false");
}

async function start() {
  note("camera-refused").hidden = true;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    view.srcObject = stream;
    view.hidden = false;
    await view.play();
  } catch {
    stop();
    note("camera-refused").hidden = false;
    return;
  }
  button.setAttribute("aria-pressed", "true");
  look(new BarcodeDetector({ formats: ["qr_code"] }));
}

async function offer() {
  const formats = "BarcodeDetector" in window ? await BarcodeDetector.getSupportedFormats() : [];
  const able = formats.includes("qr_code") && navigator.mediaDevices?.getUserMedia;
  button.hidden = !able;
  note("no-camera").hidden = able;
}

button.addEventListener("click", () => (stream ? stop() : start()));
window.addEventListener("pagehide", stop);
offer();
