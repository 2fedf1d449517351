/** What the interpreter says of a file that it cannot use. */
const FLAWS = ['', 'The model has an unknown format.', 'The model is damaged: it has a wrong length.',
  'The model is damaged: a number in it is not possible.', 'The model is damaged: its parts do not fit.',
  'There is not enough memory for the model or the picture.', 'The picture has no pixels, or too many.'];

/** The numbers of a base64 text; `told` is called with the share that is done. */
function unpack(text, told = () => {}) {
  text = text.trim();
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const count = text.length / 4 * 3 - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
  const bytes = new Uint8Array(count), step = 1 << 19;
  for (let start = 0, place = 0; start < text.length; start += step) {
    const part = atob(text.slice(start, start + step));
    for (let index = 0; index < part.length; index++) bytes[place++] = part.charCodeAt(index);
    told(Math.min(1, (start + step) / text.length));
  }
  return bytes;
}

/** Single precision of half precision; all numbers are finite. */
function widen(halves) {
  return Float32Array.from(halves, bits => {
    const exponent = bits >> 10 & 31, fraction = bits & 1023;
    const size = exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24;
    return bits & 32768 ? -size : size;
  });
}

/** A model that is ready to answer. */
class Engine {
  /** Starts the interpreter and gives it the model; a description in the model is used where none is given. */
  static async start(wasm, model, description) {
    const { instance } = await WebAssembly.instantiate(wasm, {}).catch(() => {
      throw new Error('This browser is too old for the model. Chrome 91, Firefox 89, Safari 16.4 or newer can run it.');
    });
    const engine = new Engine();
    engine.calls = instance.exports;
    const words = new DataView(model.buffer, model.byteOffset, model.byteLength);
    if (!description && model.byteLength >= 128 && words.getUint32(24, true)) {
      const [start, count] = [words.getUint32(20, true), words.getUint32(24, true)];
      description = JSON.parse(new TextDecoder().decode(model.subarray(start, start + count)));
    }
    engine.description = description ?? { task: 'classification', labels: [] };
    const address = engine.put(model);
    engine.model = engine.checked(engine.calls.load(address, model.byteLength));
    engine.calls.release(address);
    const references = engine.description.references;
    if (references) {
      const bytes = unpack(references.vectors);
      engine.known = widen(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 1));
    }
    return engine;
  }

  checked(result) {
    if (result < 0) throw new Error(FLAWS[-result] ?? 'The interpreter failed.');
    return result;
  }

  /** Copies bytes into the interpreter's memory. */
  put(bytes) {
    const address = this.calls.allocate(bytes.byteLength);
    if (!address) throw new Error(FLAWS[5]);
    new Uint8Array(this.calls.memory.buffer, address, bytes.byteLength).set(bytes);
    return address;
  }

  get facts() { return new Int32Array(this.calls.memory.buffer, this.calls.facts(this.model), 12); }

  /** So many numbers of the interpreter's memory, copied. */
  numbers(address, count) { return new Float32Array(this.calls.memory.buffer, address, count).slice(); }

  /** The outputs for a picture, the part of it that counts, and how far it is from known pictures. */
  answer(picture) {
    const address = this.put(picture.data);
    try {
      this.checked(this.calls.resize(this.model, address, picture.width, picture.height));
    } finally {
      this.calls.release(address);
    }
    this.calls.run(this.model);
    const facts = this.facts;
    const box = [...this.numbers(this.calls.facts(this.model) + 48, 4)];
    const answer = { values: this.numbers(facts[2], facts[3]), box };
    const references = this.description.references;
    if (references && facts[5] === references.width) {
      answer.distance = this.distance(this.numbers(facts[4], facts[5]), references);
      answer.isUnlike = answer.distance > references.threshold;
    }
    return answer;
  }

  /** The mean of one less the cosine to the nearest known pictures. */
  distance(vector, { width, count, k }) {
    const distances = [];
    for (let row = 0; row < count; row++) {
      let sum = 0;
      for (let index = 0; index < width; index++) sum += vector[index] * this.known[row * width + index];
      distances.push(Math.max(1 - sum, 0));
    }
    const nearest = distances.sort((a, b) => a - b).slice(0, k);
    return nearest.reduce((a, b) => a + b, 0) / nearest.length;
  }

  /** How much each place of the picture adds to the score of an output; nothing where that is not known. */
  map(unit) {
    this.calls.map(this.model, unit);
    const [address, height, width] = this.facts.slice(6, 9);
    return address ? { height, width, values: this.numbers(address, height * width) } : undefined;
  }
}
