// 送る前の確認: one inspection at a time, asked for as soon as somebody types; nothing of it is kept anywhere.
import { by, make, send, fill } from "./post.js";

const SOON_MS = 30;

export class Preview {
  constructor(form, words) {
    this.form = form;
    this.words = words;
    this.shown = null;
    this.busy = false;
    this.again = false;
    by("report").addEventListener("submit", (event) => { event.preventDefault(); this.missed(); });
    by("missed").addEventListener("toggle", () => {
      const chosen = String(getSelection());
      if (by("missed").open && chosen && by("mirror").contains(getSelection().anchorNode)) by("word").value = chosen.slice(0, 100);
    });
  }

  changed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), SOON_MS);
  }

  async look() {
    if (this.busy) { this.again = true; return; }
    if (this.form.empty) { this.nothing(); return; }
    this.busy = true;
    const typed = this.form.typed();
    try {
      const response = await send("/chat/inspect", typed);
      this.show(await response.json());
      this.of = typed;
    } catch (error) {
      this.verdict("block", this.words.unchecked, [error.told?.message ?? this.words.lost]);
    } finally {
      this.busy = false;
      if (this.again) { this.again = false; this.changed(); }
    }
  }

  nothing() {
    for (const id of ["mirror", "redacted-box", "missed"]) by(id).hidden = true;
    by("found").replaceChildren();
    by("verdict").replaceChildren(this.words.nothing);
  }

  show(seen) {
    const words = this.words;
    this.shown = seen;
    const texts = new Map(seen.pieces.filter(([, number]) => number).map(([text, number]) => [number, text]));
    const of = new Map(seen.findings.map((found) => [found.number, found]));
    const at = by("mirror").scrollTop;
    by("mirror").replaceChildren(...seen.pieces.map(([text, number]) => number ? mark(text, of.get(number)) : text));
    by("mirror").hidden = by("missed").hidden = false;
    by("mirror").scrollTop = at;
    if (by("found").contains(document.activeElement)) by("verdict").tabIndex = -1, by("verdict").focus();
    by("found").replaceChildren(...seen.findings.slice(0, 100).map((found) => this.item(found, texts.get(found.number))));
    by("redacted").textContent = seen.redacted;
    by("redacted-box").hidden = !["redact", "allow"].includes(seen.action) || !seen.findings.length;
    const hidden = seen.findings.filter((found) => found.fate === "hide").length;
    const summary = { allow: words.allow, redact: fill(words.redact, { count: hidden, earlier: seen.earlier }), hold: words.hold, block: words.block }[seen.action];
    this.verdict(seen.action, summary, ["hold", "block"].includes(seen.action) ? seen.reasons : [], seen.action_ja);
    document.dispatchEvent(new CustomEvent("inspected"));
  }

  verdict(action, summary, reasons, badge = this.words.stopped) {
    by("verdict").replaceChildren(make("span", { class: `badge ${action}` }, badge), summary,
      ...(reasons.length ? [make("ul", {}, ...reasons.map((reason) => make("li", {}, reason)))] : []));
  }

  item(found, text) {
    const words = this.words, title = make("strong", {}, found.title);
    const placeholder = found.placeholder ? make("span", { class: "badge redact" }, found.placeholder) : null;
    const why = make("span", {}, found.why);
    if (found.marked) return make("li", {}, make("span", { class: "row" }, title, placeholder), why, " ", make("button", { type: "button", class: "quiet", onclick: () => {
      this.form.marked = this.form.marked.filter((item) => item.text !== text);
      this.changed();
    } }, words.unhide));
    if (found.fate === "clear") return make("li", {}, make("span", { class: "row" }, title), why, " ", make("button", { type: "button", class: "quiet", onclick: () => {
      this.form.unmarked = this.form.unmarked.filter((item) => item.type !== found.type || item.text !== text);
      this.changed();
    } }, words.hide_again));
    const reason = make("select", { "aria-label": words.reason }, ...["not_secret", "published", "fictional", "official"].map((name) => make("option", { value: name }, words[`reason_${name}`])));
    const send = found.unmark && text.length <= 400 ? make("button", { type: "button", class: "quiet", onclick: () => {
      this.form.unmarked.push({ type: found.type, text, reason: reason.value });
      this.changed();
    } }, found.unmark === "permit" ? words.unmark_permit : words.unmark) : null;
    const tell = make("button", { type: "button", class: "quiet", onclick: () => this.report({ number: found.number }) }, words.false_alarm);
    return make("li", {}, make("span", { class: "row" }, title, placeholder), why,
      make("details", {}, make("summary", { "aria-label": fill(words.false_named, { title: found.title, number: found.number }) }, words.is_false),
        make("p", { class: "row" }, send ? reason : null, send, tell)));
  }

  async missed() {
    const item = { text: by("word").value.trim(), type: by("word-type").value };
    if (!(await this.report({ word: item.text, type: item.type }))) return;
    by("word").value = "";
    by("reported").textContent = this.words.marked;
    if (this.form.marked.length < 50) this.form.marked = [...this.form.marked.filter((other) => other.text !== item.text), item];
    this.changed();
  }

  async report(what) {
    try {
      await send("/chat/report", { typed: this.of ?? this.form.typed(), ...what });
      by("reported").textContent = this.words.reported;
      return true;
    } catch (error) {
      by("reported").textContent = error.told?.message ?? this.words.lost;
      return false;
    }
  }
}

function mark(text, found) {
  if (found.fate !== "hide") return make("mark", { class: found.fate, title: found.why }, text);
  return make("mark", { class: "hide", title: found.why }, make("s", {}, text), ` ${found.placeholder}`);
}
