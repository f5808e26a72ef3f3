// 送信: everything a page's script sends, with the session's token. Errors are sentences for people.
export const csrf = document.querySelector('meta[name="csrf"]').content;

export class Told extends Error {
  constructor(error) { super(error.message); this.told = error; }
}

export async function send(path, body, { signal, headers = {} } = {}) {
  const json = !(body instanceof Blob);
  const response = await fetch(path, {
    method: "POST",
    signal,
    body: json ? JSON.stringify(body) : body,
    headers: { Accept: "application/json", "X-CSRF-Token": csrf, "Content-Type": json ? "application/json" : "application/octet-stream", ...headers },
    redirect: "error",
  });
  if (!response.ok) throw new Told(await failure(response));
  return response;
}

async function failure(response) {
  try {
    return (await response.json()).error;
  } catch {
    return { message: `${response.status}`, status: response.status };
  }
}

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined && value !== null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export const by = (id) => document.getElementById(id);

export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
