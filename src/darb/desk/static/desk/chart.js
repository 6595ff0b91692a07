// <div class="chart" data-spec="URL" data-label="words">: draws the Vega-Lite specification that the server answers with.
//
// Expressions run in Vega's interpreter, never as code, so that the page's policy needs no eval. What stands inside the
// element (the same figures as a table) stays where drawing fails, and for those who listen.
"use strict";

const LOOK = {
  background: null, font: "Noto Darb, sans-serif",
  range: { category: ["#17606e", "#c27b15", "#26734d", "#a8281e", "#6b7a7f", "#e2a33b", "#7ba7a0", "#7c5c8c"], ramp: ["#e9dcc3", "#c27b15", "#5f3a06"], heatmap: ["#f4efe3", "#7ba7a0", "#123b45"] },
  view: { stroke: null },
  axis: { labelColor: "#55666b", titleColor: "#55666b", gridColor: "#ece5d6", domainColor: "#cfc5b0", tickColor: "#cfc5b0", labelFontSize: 12, titleFontSize: 12, titleFontWeight: 400 },
  legend: { labelColor: "#1b2b30", titleColor: "#55666b", labelFontSize: 12 },
  mark: { color: "#17606e" },
};

async function draw(place) {
  const answer = await fetch(place.dataset.spec, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`the chart: ${answer.status}`);
  const { vega, vegaLite } = window;
  const given = { width: "container", autosize: { type: "fit-x", contains: "padding" }, ...(await answer.json()) };
  const { spec } = vegaLite.compile(given, { config: LOOK });
  await document.fonts.ready;
  const canvas = document.createElement("div");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", place.dataset.label || "");
  place.classList.add("is-drawn");
  place.prepend(canvas);
  const view = new vega.View(vega.parse(spec, null, { ast: true }), { expr: vega.expressionInterpreter, renderer: "canvas", container: canvas, hover: true, loader: closed(vega) });
  await view.runAsync();
}

// A specification carries its own data; one that asks for another address is refused here too.
function closed(vega) {
  const loader = vega.loader();
  loader.load = (address) => Promise.reject(new Error(`a chart may not load ${address}`));
  return loader;
}

document.querySelectorAll(".chart[data-spec]:not([data-begun])").forEach((place) => {
  place.dataset.begun = "";
  draw(place).catch((fault) => { place.dataset.failed = ""; console.error(fault); });
});
