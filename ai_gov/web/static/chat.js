// チャット画面
import { by } from "./post.js";
import { Form } from "./form.js";
import { Preview } from "./preview.js";
import { Talk } from "./answer.js";

const response = await fetch("/chat/options", { headers: { Accept: "application/json" } });
const options = await response.json();
if (!response.ok) {
  by("broken").textContent = options.error.message;
  by("broken").hidden = false;
} else {
  let preview = null;
  const form = new Form(options, () => preview?.changed());
  preview = new Preview(form, options.words);
  const talk = new Talk(form, options);
  const going = (on) => { by("send").disabled = on; by("stop").hidden = !on; };
  by("ask").addEventListener("submit", async (event) => {
    event.preventDefault();
    if (talk.stopping) return;
    going(true);
    try { await talk.ask(); } finally { going(false); }
  });
  by("stop").addEventListener("click", () => talk.stopping?.abort());
  by("fresh").addEventListener("click", () => talk.fresh());
  document.documentElement.dataset.ready = "chat";
}
