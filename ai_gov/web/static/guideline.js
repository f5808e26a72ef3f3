// プレビュー: the articles of a step as its answers stand, asked for once typing rests; questions that don't apply go away.
import { by, send } from "./post.js";

const REST_MS = 300;
const form = by("questions"), said = by("preview-said"), paper = by("preview");
let timer, busy = false, again = false;

function typed() {
  const out = {};
  for (const [name, value] of new FormData(form)) if (name !== "csrf") (out[name] ??= []).push(value);
  return out;
}

function applies(wanted, answers) {
  return wanted.split(";").every((part) => {
    const [name, values] = part.split("=");
    return !form.elements[name] || values.split(",").includes(answers[name]?.[0] ?? "");
  });
}

function arrange() {
  const answers = typed();
  for (const question of form.querySelectorAll("[data-when]")) question.hidden = !applies(question.dataset.when, answers);
}

function faults(found) {
  for (const box of form.querySelectorAll(".fault")) {
    const name = box.id.slice("fault-".length), reason = found[name] ?? "";
    box.hidden = !reason;
    if (box.textContent !== reason) box.textContent = reason;
    const field = by(name) ?? by(`question-${name}`);
    if (reason) field.setAttribute("aria-invalid", "true"); else field.removeAttribute("aria-invalid");
  }
}

async function look() {
  if (busy) { again = true; return; }
  busy = true;
  paper.classList.add("busy");
  try {
    const seen = await (await send(`/guideline/preview/${form.dataset.step}`, typed())).json();
    faults(seen.faults);
    if (seen.html) paper.innerHTML = seen.html; // made by the server's own writer, which escapes every text
    said.textContent = seen.html ? said.dataset.ready : said.dataset.none;
  } catch (error) {
    said.textContent = error.told?.message ?? said.dataset.lost;
  } finally {
    busy = false;
    paper.classList.remove("busy");
    if (again) { again = false; soon(); }
  }
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(look, REST_MS);
}

form.addEventListener("input", () => { arrange(); soon(); });
by("look").hidden = true;
for (const told of form.querySelectorAll(".only")) told.hidden = true;
arrange();
document.documentElement.dataset.ready = "guideline";
