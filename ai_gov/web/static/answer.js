// 回答: a draft as it comes, with names put back; whatever is copied out of it carries its label.
import { by, make, send, fill, csrf } from "./post.js";

export class Talk {
  constructor(form, options) {
    this.form = form;
    this.words = options.words;
    this.label = options.label;
    this.stopping = null;
  }

  async ask() {
    const words = this.words, typed = this.form.typed(), check = this.form.prompt?.check;
    const asked = typed.turns.length;
    this.stopping = new AbortController();
    const body = make("div", { class: "body", "aria-busy": "true" });
    const turn = make("article", { class: "turn" }, make("h2", {}, words.you), make("div", { class: "body" }, this.summary(typed)));
    const answer = make("article", { class: "answer", tabindex: "-1", "aria-label": words.answer }, make("h2", {}, words.answer), make("p", { class: "label" }, this.label), body);
    by("talk").hidden = false;
    by("talk").append(turn, answer);
    answer.scrollIntoView({ block: "nearest" });
    by("said").textContent = words.waiting;
    this.form.busy = true;
    let said = "", note = null, error = null;
    try {
      const response = await send("/chat/ask", typed, { signal: this.stopping.signal });
      for await (const line of lines(response.body)) {
        if (line.text) { said += line.text; body.append(line.text); }
        else if (line.note) note = line.note;
        else if (line.done) note = { ...note, ...line.done };
        else if (line.error) error = line.error;
      }
      if (!error && note?.state !== "answered") error = { message: words.cut };
    } catch (broken) {
      error = broken.name === "AbortError" ? { message: words.aborted } : broken.told ?? { message: words.lost };
    }
    this.stopping = null;
    this.form.busy = false;
    body.setAttribute("aria-busy", "false");
    const record = note?.record ?? error?.record;
    if (error) { this.failed(answer, body, error, said); if (error.param) this.form.point(error.param); }
    if (error && !said) { if (error.code === "prompt_field" || error.param === "text") { turn.remove(); answer.remove(); by("talk").hidden = !by("talk").children.length; by("said").textContent = error.message; return; } }
    answer.append(this.foot(answer, body, record, check, Boolean(said), Boolean(error), typed, said));
    if (!error) {
      this.form.turns = [...this.form.turns.slice(0, asked), { role: "user", text: this.whole(typed, note) }, { role: "assistant", text: said }];
      this.form.clear();
      by("said").textContent = words.done;
    } else by("said").textContent = words.failed;
    by("fresh").hidden = false;
    answer.focus({ preventScroll: true });
    answer.scrollIntoView({ block: "start" });
  }

  summary(typed) {
    const prompt = this.form.options.prompts.find((item) => item.id === typed.prompt);
    const values = prompt ? prompt.variables.map((item) => [item.label, typed.values[item.name]]).filter(([, value]) => value) : [];
    return [prompt?.title, ...values.map(([label, value]) => `${label}：${value}`), typed.text, ...typed.attachments.map((item) => item.name)].filter(Boolean).join("\n");
  }

  whole(typed, note) { return note?.asked ?? this.summary(typed); }

  failed(answer, body, error, said) {
    const box = make("div", { class: "notice error", role: "alert" }, ...(error.reasons ?? [error.message]).map((text) => make("p", {}, text)));
    if (error.page?.startsWith("/")) box.append(make("p", {}, make("a", { class: "button", href: error.page }, this.words.prepare)));
    if (said) box.prepend(make("p", {}, this.words.partly));
    else answer.querySelector(".label").remove();
    body.after(box);
  }

  foot(answer, body, record, check, copies, failed, typed, said) {
    const words = this.words, told = make("span", { role: "status", class: "hint" });
    answer.addEventListener("copy", (event) => {
      const chosen = String(getSelection());
      if (!chosen.trim()) return;
      event.clipboardData.setData("text/plain", this.labelled(chosen));
      event.preventDefault();
      told.textContent = words.copied;
    });
    return make("div", { class: "foot" },
      check && copies ? make("p", { class: "hint" }, fill(words.check, { check })) : null,
      copies ? make("button", { type: "button", onclick: () => this.copy(body, told) }, words.copy) : null,
      copies && !failed ? this.review(typed, said, record) : null,
      record ? make("a", { class: "button", href: `/history/${encodeURIComponent(record)}` }, words.sent) : null,
      record ? make("span", { class: "hint" }, fill(words.record, { record })) : null, told);
  }

  review(typed, said, record) {
    const prompt = this.form.options.prompts.find((item) => item.id === typed.prompt);
    const sent = { csrf, from: "chat", title: prompt?.title ?? "", ai_draft: said, use: typed.use ?? "", exchange: record ?? "" };
    const hidden = Object.entries(sent).map(([name, value]) => make("input", { type: "hidden", name, value }));
    return make("form", { method: "post", action: "/reviews", class: "inline" }, ...hidden, make("button", {}, this.words.review));
  }

  labelled(text) { return `${text.trimEnd()}\n\n〔${this.label}〕\n`; }

  async copy(body, told) {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(this.labelled(body.textContent));
      told.textContent = this.words.copied;
      return;
    }
    getSelection().selectAllChildren(body); // without TLS there is only the old way, by the copy event above
    document.execCommand("copy");
    getSelection().removeAllRanges();
  }

  fresh() {
    this.form.turns = [];
    this.form.marked = [];
    by("talk").replaceChildren();
    by("talk").hidden = true;
    by("fresh").hidden = true;
    this.form.clear();
    by("prompt").focus();
  }
}

async function* lines(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    for (const part of parts) if (part) yield JSON.parse(part);
  }
}
