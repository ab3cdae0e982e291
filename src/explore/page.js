"use strict";

const groups = JSON.parse(document.getElementById("groups").textContent);
const panels = groups.flatMap((group) => group.panels);
const token = new URLSearchParams(location.search).get("token") ?? "";
const at = (id) => document.getElementById(id);
const questions = at("questions");
const controls = at("controls");
const result = at("result");
const figure = at("figure");

// What is seen: a panel, and the text of each control by its name.
let panel = panels[0];
let values = new Map();

function make(name, properties = {}, children = []) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in element) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

// Panels as radio buttons, so that the arrow keys go from one to the next.
function listPanels() {
  for (const group of groups) {
    const labels = group.panels.map((one) => {
      const radio = make("input", { type: "radio", name: "panel", value: one.name });
      radio.addEventListener("change", () => choose(one, new Map(), true));
      return make("label", {}, [radio, one.title]);
    });
    questions.append(make("fieldset", {}, [make("legend", { textContent: group.title }), ...labels]));
  }
}

function choose(chosen, given, isNew) {
  panel = chosen;
  values = given;
  questions.querySelector(`input[value="${panel.name}"]`).checked = true;
  document.title = `${panel.title} · saddlepoint explore`;
  at("title").textContent = panel.title;
  at("about").textContent = panel.about;
  at("page").textContent = `Handbook: docs/${panel.page} in saddlepoint's source`;
  controls.replaceChildren(...panel.controls.map((one) => (one.slider ? slider(one.slider) : menu(one.menu))));
  keep(isNew);
  ask();
}

function set(name, text) {
  values.set(name, text);
  keep(false);
  ask();
}

function slider(of) {
  const id = `control-${of.name}`;
  const isLog = of.scale === "log";
  const step = of.scale.step ?? (of.scale === "whole" ? 1 : 0.01);
  // A logarithmic slider moves by the decimal logarithm, and gives three digits.
  const place = (value) => (isLog ? Math.log10(value) : value);
  const number = (at) => (isLog ? 10 ** at : at);
  const clamp = (value) => Math.min(of.high, Math.max(of.low, value));
  const shown = (value) => String(Number(clamp(value).toPrecision(isLog ? 3 : 10)));
  const text = values.get(of.name) ?? String(of.default);
  const range = make("input", {
    type: "range", id, min: place(of.low), max: place(of.high), step: isLog ? "any" : step,
  });
  const field = make("input", {
    type: "number", min: of.low, max: of.high, step: of.scale === "whole" ? 1 : "any", value: text,
    "aria-label": `${of.meaning}, as a number`,
  });
  const follow = (value) => {
    range.value = place(clamp(value));
    range.setAttribute("aria-valuetext", shown(value));
  };
  follow(Number(text));
  range.addEventListener("input", () => {
    const value = clamp(number(Number(range.value)));
    field.value = shown(value);
    range.setAttribute("aria-valuetext", field.value);
    set(of.name, field.value);
  });
  if (isLog) range.addEventListener("keydown", (event) => stepLog(event, range));
  field.addEventListener("input", () => {
    if (field.value === "") return;
    follow(Number(field.value));
    set(of.name, field.value);
  });
  const symbol = make("span", { className: "symbol", textContent: of.symbol });
  const label = make("label", { htmlFor: id }, [symbol, ` ${of.meaning}, ${of.low} to ${of.high}`]);
  return make("div", { className: "control" }, [label, range, field]);
}

// A range of any step has no steps of its own for the keys.
function stepLog(event, range) {
  const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
  const by = steps[event.key];
  if (by === undefined) return;
  event.preventDefault();
  range.value = Number(range.value) + 0.01 * by * (Number(range.max) - Number(range.min));
  range.dispatchEvent(new Event("input"));
}

function menu(of) {
  const id = `control-${of.name}`;
  const options = of.options.map((one) => make("option", { value: one.name, textContent: one.label }));
  const select = make("select", { id }, options);
  const given = values.get(of.name);
  if (of.options.some((one) => one.name === given)) select.value = given;
  else values.delete(of.name);
  select.addEventListener("change", () => set(of.name, select.value));
  return make("div", { className: "control" }, [make("label", { htmlFor: id, textContent: of.meaning }), select]);
}

// The state is in the fragment of the address, so that a reload, a bookmark and the Back button keep it.
function keep(isNew) {
  const state = new URLSearchParams([["panel", panel.name], ...values]);
  const address = `#${state}`;
  if (isNew) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
}

function restore() {
  const state = new URLSearchParams(location.hash.slice(1));
  const chosen = panels.find((one) => one.name === state.get("panel")) ?? panels[0];
  const names = chosen.controls.map((one) => (one.slider ?? one.menu).name);
  choose(chosen, new Map([...state].filter(([name]) => names.includes(name))), false);
}

function address(path, more = []) {
  return `${path}?${new URLSearchParams([["token", token], ["panel", panel.name], ...values, ...more])}`;
}

// One question at a time, and the newest next: while a slider moves the figure follows as fast as answers come.
const PAUSE = 40;
let timer = 0;
let running = null;
let isWaiting = false;
let askedWidth = 0;

function ask() {
  for (const [id, path] of [["csv", "/table.csv"], ["svg", "/figure.svg"], ["pdf", "/figure.pdf"]]) {
    at(id).href = address(path);
  }
  clearTimeout(timer);
  timer = setTimeout(request, PAUSE);
}

async function request() {
  if (running) {
    isWaiting = true;
    // Nobody waits for the answer of another panel.
    if (running.panel !== panel) running.stop.abort();
    return;
  }
  const millimetres = (figure.clientWidth * 25.4) / 96;
  const mine = { panel, stop: new AbortController() };
  running = mine;
  askedWidth = figure.clientWidth;
  try {
    const width = Math.min(1000, Math.max(40, Math.floor(millimetres)));
    const response = await fetch(address("/answer", [["width", width]]), { signal: mine.stop.signal });
    const text = await response.text();
    if (mine.panel === panel) show(response.headers.get("content-type") === "application/json" ? JSON.parse(text) : { error: text.trim() });
  } catch (error) {
    if (error.name !== "AbortError") show({ error: "there is no answer; is saddlepoint explore still running?" });
  }
  running = null;
  if (isWaiting) {
    isWaiting = false;
    request();
  }
}

function show(answer) {
  const isWrong = answer.error !== undefined;
  const rows = answer.rows === 1 ? "1 row" : `${answer.rows} rows`;
  const line = isWrong ? answer.error : [`Table of ${rows}.`, ...answer.notes].join(" ");
  if (result.textContent !== line) result.textContent = line;
  result.classList.toggle("wrong", isWrong);
  figure.classList.toggle("old", isWrong);
  at("command").textContent = answer.command ?? "";
  at("python").textContent = answer.python ? `import saddlepoint as sp\n${answer.python}` : "";
  for (const link of document.querySelectorAll(".files a")) link.toggleAttribute("aria-disabled", isWrong);
  if (isWrong) return;
  const svg = new DOMParser().parseFromString(answer.svg, "image/svg+xml").documentElement;
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `${panel.title}: figure of the command below`);
  figure.replaceChildren(document.importNode(svg, true));
}

for (const button of document.querySelectorAll("button[data-copies]")) {
  button.addEventListener("click", async () => {
    const shown = at(button.dataset.copies);
    try {
      await navigator.clipboard.writeText(shown.textContent);
      button.textContent = "Copied";
    } catch {
      // A browser that forbids it leaves it to the reader.
      getSelection().selectAllChildren(shown);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
}
// A link to a place on the page would overwrite the state.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  controls.querySelector("input, select").focus();
});
controls.addEventListener("submit", (event) => event.preventDefault());
window.addEventListener("popstate", restore);

// A small screen has no room for all questions above the sliders, and a wide one has it beside them.
const isWide = window.matchMedia("(min-width: 60rem)");
const fold = () => { at("menu").open = isWide.matches; };
isWide.addEventListener("change", fold);

listPanels();
restore();
fold();
// A figure is laid out for the width that it has.
new ResizeObserver(() => {
  if (askedWidth !== figure.clientWidth) ask();
}).observe(figure);
