/** The most pixels that are decoded: phones have no larger canvas. */
const MOST_PIXELS = 1 << 24;
let engine;

/** The pixels of a file or of a frame of a camera, over white. */
async function pixels(source) {
  let bitmap = source;
  if (source instanceof Blob) {
    const options = { colorSpaceConversion: 'none', premultiplyAlpha: 'default' };
    bitmap = await createImageBitmap(source, options);
    const share = Math.sqrt(MOST_PIXELS / (bitmap.width * bitmap.height));
    if (share < 1) {
      const resizeWidth = Math.max(1, Math.floor(bitmap.width * share));
      bitmap.close();
      bitmap = await createImageBitmap(source, { ...options, resizeWidth, resizeQuality: 'high' });
    }
  }
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}

/** The answer to a picture, with the map of its best label. */
async function answer({ source, wantsMap }) {
  let picture;
  try {
    picture = source.data ? source : await pixels(source);
  } catch {
    throw new Error('This browser cannot read it as a picture.');
  }
  const start = performance.now();
  const { values, box, distance, isUnlike } = engine.answer(picture);
  const seconds = (performance.now() - start) / 1000;
  const best = values.indexOf(Math.max(...values));
  const { width, height } = picture;
  return { values, box, distance, isUnlike, seconds, width, height, best,
    map: wantsMap ? engine.map(best) : undefined };
}

/** One picture after the other. */
let last = Promise.resolve();
onmessage = ({ data }) => {
  last = last.then(async () => {
    try {
      if (data.kind === 'start') {
        const told = part => postMessage({ kind: 'progress', part });
        const bytes = source => typeof source === 'string' ? unpack(source, told) : new Uint8Array(source);
        engine = await Engine.start(bytes(data.wasm), bytes(data.model), data.description);
        postMessage({ kind: 'ready', description: engine.description });
      } else {
        postMessage({ kind: 'answer', id: data.id, ...await answer(data) });
      }
    } catch (error) {
      const isTrap = error instanceof WebAssembly.RuntimeError;
      const message = isTrap ? 'The model or the picture could not be used.' : error.message;
      postMessage({ kind: 'failed', id: data.id, message });
    }
  });
};
