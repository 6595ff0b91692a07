// <div class="map" data-geojson="URL" data-module="URL" data-worker="URL" data-label="words">: a map of our own shapes, no tiles.
//
// Areas are polygons; sites are points with `count` (drawn by its root) and `tone`; `name`, `words` and `url` say what it is and where it leads.
// What stands inside the element (a list, for those who see no map) stays where the browser can't draw.
"use strict";

const COLOURS = { green: "#26734d", amber: "#c27b15", red: "#a8281e", none: "#17606e" };
const LARGEST = 26;

async function draw(place) {
  const answer = await fetch(place.dataset.geojson, { headers: { Accept: "application/geo+json" } });
  if (!answer.ok) throw new Error(`the map's shapes: ${answer.status}`);
  const shapes = await answer.json();
  const library = await import(place.dataset.module);
  library.setWorkerUrl(place.dataset.worker);
  const fallback = [...place.childNodes];
  const map = new library.Map({
    container: place, attributionControl: false, cooperativeGestures: true, dragRotate: false, pitchWithRotate: false,
    bounds: extent(shapes), fitBoundsOptions: { padding: 24 }, style: style(shapes),
  });
  fallback.forEach((node) => node.remove());
  map.addControl(new library.NavigationControl({ showCompass: false }), document.dir === "rtl" ? "top-left" : "top-right");
  map.getCanvas().setAttribute("aria-label", place.dataset.label || "");
  const popup = new library.Popup({ closeButton: false, closeOnClick: false, className: "map-words" });
  for (const layer of ["sites", "areas"]) {
    map.on("mousemove", layer, (event) => {
      const found = map.queryRenderedFeatures(event.point, { layers: ["sites", "areas"] })[0];
      if (!found?.properties.name) return popup.remove();
      map.getCanvas().style.cursor = found.properties.url ? "pointer" : "";
      popup.setLngLat(event.lngLat).setDOMContent(words(found.properties)).addTo(map);
    });
    map.on("mouseleave", layer, () => { map.getCanvas().style.cursor = ""; popup.remove(); });
  }
  map.on("click", (event) => {
    const found = map.queryRenderedFeatures(event.point, { layers: ["sites", "areas"] })[0];
    if (found?.properties.url) window.location.assign(found.properties.url);
  });
  place.dispatchEvent(new CustomEvent("map:made", { detail: map, bubbles: true }));
}

function words({ name, words: more }) {
  const box = document.createElement("div");
  const strong = document.createElement("strong");
  strong.textContent = name;
  box.append(strong, more || "");
  return box;
}

function style(shapes) {
  const most = Math.max(1, ...shapes.features.map((shape) => Number(shape.properties.count) || 0));
  const tone = ["match", ["get", "tone"], ...Object.entries(COLOURS).flat(), COLOURS.none];
  return {
    version: 8,
    sources: { shapes: { type: "geojson", data: shapes } },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": "#e4ecec" } },
      { id: "areas", type: "fill", source: "shapes", filter: ["==", ["geometry-type"], "Polygon"],
        paint: { "fill-color": ["case", ["has", "tone"], tone, "#f4efe3"], "fill-opacity": ["case", ["has", "tone"], 0.35, 1] } },
      { id: "borders", type: "line", source: "shapes", filter: ["==", ["geometry-type"], "Polygon"], paint: { "line-color": "#cfc3a9", "line-width": 1 } },
      { id: "sites", type: "circle", source: "shapes", filter: ["==", ["geometry-type"], "Point"],
        paint: {
          "circle-radius": ["max", 4, ["*", LARGEST, ["sqrt", ["/", ["to-number", ["get", "count"], 0], most]]]],
          "circle-color": tone, "circle-opacity": 0.75, "circle-stroke-color": "#fff", "circle-stroke-width": 1.25,
        } },
    ],
  };
}

function extent(shapes) {
  const box = [180, 90, -180, -90];
  const visit = (point) => {
    if (typeof point[0] !== "number") return point.forEach(visit);
    box[0] = Math.min(box[0], point[0]); box[1] = Math.min(box[1], point[1]);
    box[2] = Math.max(box[2], point[0]); box[3] = Math.max(box[3], point[1]);
  };
  shapes.features.forEach((shape) => visit(shape.geometry.coordinates));
  return box;
}

document.querySelectorAll(".map[data-geojson]:not([data-begun])").forEach((place) => {
  place.dataset.begun = "";
  // The list inside stays; the fault is told to the console, for whoever looks after the server.
  draw(place).catch((fault) => { place.dataset.failed = ""; console.error(fault); });
});
