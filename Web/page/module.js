
/** A model in a page of your own. */
export class Model {
  #engine;
  constructor(engine) { this.#engine = engine; }

  get labels() { return [...this.#engine.description.labels]; }
  get task() { return this.#engine.description.task; }

  async predict(imageData) {
    const { values } = this.#engine.answer(imageData);
    const key = this.task === 'regression' ? 'value' : 'probability';
    const answers = [...values].map((value, index) => ({ label: this.labels[index] ?? `${index}`, [key]: value }));
    return this.task === 'regression' ? answers : answers.sort((a, b) => b.probability - a.probability);
  }
}

async function fetched(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Loads `model.bin` and `graft.wasm` from a folder; without an address, from the folder of this file. */
export async function load(url = new URL('.', import.meta.url)) {
  const folder = new URL(url, globalThis.location?.href ?? import.meta.url);
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  const [wasm, model] = await Promise.all(
    ['graft.wasm', 'model.bin'].map(name => fetched(new URL(name, folder))));
  return new Model(await Engine.start(wasm, model));
}
