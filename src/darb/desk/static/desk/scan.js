// Codes scanned into the field [data-scan]: by a scanner that types, or by the camera. Where the browser doesn't read codes
// itself, a reader of our own is fetched when the camera is first switched on.
// The focus goes back to the field after each answer, so that the next scan never presses a button.
"use strict";

const EVERY = 200; // milliseconds between two looks of the camera
const GONE = 3000; // milliseconds without a code until the same one counts as scanned anew
const WIDE = 800; // pixels that our own reader looks at across: enough for a code held before it, and soon read on a slow phone
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

async function readsItself() {
  const formats = "BarcodeDetector" in window ? await BarcodeDetector.getSupportedFormats() : [];
  return formats.includes("qr_code");
}

async function start() {
  note("camera-refused").hidden = true;
  note("no-reader").hidden = true;
  const itself = await readsItself();
  let Reader = window.BarcodeDetector;
  if (!itself) {
    try {
      ({ BarcodeDetector: Reader } = await import(button.dataset.reader));
    } catch {
      note("no-reader").hidden = false;
      return;
    }
  }
  try {
    const video = itself ? { facingMode: "environment" } : { facingMode: "environment", width: { ideal: WIDE } };
    stream = await navigator.mediaDevices.getUserMedia({ video });
    view.srcObject = stream;
    view.hidden = false;
    await view.play();
  } catch {
    stop();
    note("camera-refused").hidden = false;
    return;
  }
  button.setAttribute("aria-pressed", "true");
  look(new Reader({ formats: ["qr_code"] }));
}

// A camera is given to a page on a safe line alone.
const able = Boolean(navigator.mediaDevices?.getUserMedia);
button.hidden = !able;
note("no-camera").hidden = able;

button.addEventListener("click", () => (stream ? stop() : start()));
window.addEventListener("pagehide", stop);
