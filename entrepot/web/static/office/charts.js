// Draws the charts of a page with Vega when they come into view; without it the table beside each says the same.
let loading = null;
const load = (address) => loading ??= new Promise((done, failed) => {
  const script = document.createElement("script");
  script.src = address; script.type = "module"; script.onload = done; script.onerror = failed;
  document.head.append(script);
});
const token = (name) => {
  const probe = document.createElement("i");
  probe.style.color = `var(${name})`; document.body.append(probe);
  const colour = getComputedStyle(probe).color; probe.remove();
  return colour;
};

async function draw(place) {
  const [, answer] = await Promise.all([load(place.dataset.script), fetch(place.dataset.spec)]);
  const spec = await answer.json(), rows = JSON.parse(document.getElementById(place.dataset.rows).textContent);
  const ink = token("--of-soft"), line = token("--of-line");
  spec.datasets = { rows };
  spec.config.axis = { ...spec.config.axis, labelColor: ink, gridColor: line, domainColor: line, tickColor: line };
  spec.config.bar = { color: token("--of-fill") };
  await window.vegaEmbed(place, spec, { ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: { disableDefaultStyle: true } });
}

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) { seen.unobserve(entry.target); draw(entry.target); }
});
for (const place of document.querySelectorAll("[data-spec]")) seen.observe(place);
