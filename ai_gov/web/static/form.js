// 入力欄: the form of a task, and everything that stands in the page as one object.
import { by, make, send, fill } from "./post.js";

export class Form {
  constructor(options, changed) {
    this.options = options;
    this.changed = () => { if (!this.busy) by("said").textContent = ""; changed(); };
    this.busy = false;
    this.files = [];
    this.turns = [];
    this.unmarked = [];
    this.marked = []; // for the whole conversation: earlier turns hold the words too
    const groups = new Map();
    for (const prompt of options.prompts) {
      if (!groups.has(prompt.group)) groups.set(prompt.group, make("optgroup", { label: prompt.group }));
      groups.get(prompt.group).append(make("option", { value: prompt.id }, prompt.title));
    }
    by("prompt").append(...groups.values());
    by("prompt").addEventListener("change", () => this.choose());
    by("ask").addEventListener("input", (event) => { if (!event.isComposing) this.changed(); });
    by("ask").addEventListener("compositionend", () => this.changed());
    by("file").addEventListener("change", () => this.attach());
    this.choose();
  }

  get prompt() { return this.options.prompts.find((prompt) => prompt.id === by("prompt").value); }

  choose() {
    const words = this.options.words, prompt = this.prompt;
    by("fields").replaceChildren(...(prompt ? prompt.variables.map((item) => field(item, words)) : []));
    by("about").hidden = !prompt;
    by("about").replaceChildren(...(prompt ? [["", prompt.lead], [words.allowed, prompt.allowed], [words.forbidden, prompt.forbidden], ...(prompt.external ? [["", words.external]] : [])].map(
      ([title, text]) => make("p", {}, ...(title ? [make("strong", {}, title)] : []), text)) : []));
    by("text-label").textContent = prompt ? words.more : words.text;
    by("text").rows = prompt ? 3 : 7;
    const use = prompt ? prompt.use : this.options.default_use;
    if ([...by("use").options].some((option) => option.value === use)) by("use").value = use;
    this.changed();
  }

  typed() {
    const values = {};
    for (const node of by("fields").querySelectorAll("[name]")) values[node.name] = node.value;
    return {
      prompt: by("prompt").value, values, text: by("text").value, turns: this.turns,
      attachments: this.files.filter((file) => file.text).map(({ name, text }) => ({ name, text })),
      use: by("use").value, destination: by("destination").value, declared: by("declared").value, unmarked: this.unmarked, marked: this.marked,
    };
  }

  get empty() {
    const typed = this.typed();
    return !typed.text.trim() && !typed.attachments.length && !(typed.prompt && Object.values(typed.values).some((value) => value.trim()));
  }

  point(name) {
    const node = by("fields").querySelector(`[name="${CSS.escape(name)}"]`) ?? by("text");
    node.setAttribute("aria-invalid", "true");
    node.addEventListener("input", () => node.removeAttribute("aria-invalid"), { once: true });
    node.focus();
  }

  clear() {
    by("prompt").value = "";
    by("text").value = "";
    this.files = [];
    this.unmarked = [];
    this.list();
    this.choose();
  }

  async attach() {
    const words = this.options.words;
    const chosen = [...by("file").files];
    by("file").value = "";
    for (const file of chosen) {
      if (this.files.length >= 10) break;
      const item = { name: file.name, text: "", note: words.reading };
      this.files.push(item);
      this.list();
      try {
        const response = await send("/chat/attachment", file, { headers: { "X-File-Name": encodeURIComponent(file.name) } });
        item.text = (await response.json()).text;
        item.note = fill(words.read, { characters: item.text.length.toLocaleString() });
      } catch (error) {
        item.bad = true;
        item.note = error.told?.message ?? words.lost;
      }
      this.list();
      this.changed();
    }
  }

  list() {
    const words = this.options.words;
    by("files").replaceChildren(...this.files.map((item) => make("li", { class: item.bad ? "bad" : "" },
      make("span", { role: item.bad ? "alert" : false }, `${item.name}：${item.note}`),
      make("button", { type: "button", "aria-label": fill(words.remove_named, { name: item.name }), onclick: () => {
        this.files = this.files.filter((other) => other !== item);
        this.list();
        this.changed();
        by("file").focus();
      } }, words.remove))));
  }
}

function field(item, words) {
  const id = `v-${item.name}`, hint = item.help || item.example ? `${id}-hint` : false;
  const common = { id, name: item.name, "aria-describedby": hint, "aria-required": item.optional ? false : "true" };
  const node = item.kind === "text" ? make("textarea", { ...common, rows: 6 })
    : item.kind === "choice" ? make("select", common, ...item.choices.map((choice) => make("option", { value: choice }, choice)))
    : make("input", { ...common, maxlength: 400 });
  const said = [item.help, item.example ? fill(words.example, { example: item.example }) : ""].filter(Boolean).join(" ");
  return make("p", { class: "field" },
    make("label", { for: id }, item.label, item.optional ? make("span", { class: "hint" }, words.optional) : null),
    hint ? make("span", { class: "hint", id: hint }, said) : null, node);
}
