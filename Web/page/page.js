
'use strict';
(() => {
  const WORKER = @WORKER@;
  /** Up to so many labels are shown at once; the others on demand. */
  const SHOWN = 5;
  /** A camera is offered where an answer takes no longer than this, in seconds. */
  const LIVE_SECONDS = 0.7;

  const at = id => document.getElementById(id);
  const text = id => { const element = at(id), content = element.textContent; element.remove(); return content.trim(); };
  const made = (name, className, content) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (content !== undefined) element.textContent = content;
    return element;
  };
  /** A name that keeps its own direction of writing. */
  const isolated = name => `\u2068${name}\u2069`;
  const status = message => { at('status').textContent = message; };
  const percent = share => share < 0.0005 ? '< 0.1\u00a0%' : `${(100 * share).toFixed(1)}\u00a0%`;
  const number = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });

  const given = text('description');
  let description = given ? JSON.parse(given) : undefined;
  let isFailed = false, stream;
  const waiting = new Map();
  let count = 0;

  const address = URL.createObjectURL(new Blob([WORKER], { type: 'text/javascript' }));
  const worker = new Worker(address);
  worker.onerror = event => fail(event.message || 'This browser cannot run the model.');
  worker.onmessage = ({ data }) => {
    if (data.kind === 'progress') at('progress').value = data.part;
    else if (data.kind === 'ready') ready(data.description);
    else if (data.kind === 'failed' && data.id === undefined) fail(data.message);
    else {
      const settle = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.kind === 'failed') settle.reject(new Error(data.message));
      else settle.resolve(data);
    }
  };

  if (description) introduce();
  const started = start().catch(error => fail(error.message));

  async function start() {
    let wasm = text('wasm'), model = text('model');
    if (!model) {
      const read = async name => {
        const response = await fetch(name);
        if (!response.ok) throw new Error(`${name} could not be read.`);
        return response.arrayBuffer();
      };
      [wasm, model] = await Promise.all([read('graft.wasm'), read('model.bin')]);
    }
    worker.postMessage({ kind: 'start', wasm, model, description },
      typeof model === 'string' ? [] : [wasm, model]);
  }

  /** Says what the model tells. */
  function introduce() {
    const { task, labels } = description, names = labels.slice(0, 12).map(isolated).join(', ');
    const list = labels.length > 12 ? `${labels.length}, such as ${names}` : names;
    const what = task === 'regression' ? `It tells these numbers of a picture: ${list}.`
      : task === 'multi-label' ? `It tells which of these a picture shows, any number of them: ${list}.`
      : `It tells which of these a picture shows: ${list}.`;
    at('what').textContent = labels.length ? what : '';
  }

  function fail(message) {
    isFailed = true;
    at('loading').hidden = true;
    at('status').classList.add('warning');
    status(message);
  }

  function ready(told) {
    description = told;
    introduce();
    at('loading').hidden = true;
    at('files').disabled = at('camera').disabled = false;
    if (!at('cards').children.length) status('Ready.');
    // While nobody asks, an empty picture tells how fast this device is.
    setTimeout(() => {
      const blank = { data: new Uint8ClampedArray(4 * 64 * 64), width: 64, height: 64 };
      if (!count) ask(blank, hasMap()).then(offer, error => fail(error.message));
    }, 300);
  }

  /** Offers what an answer shows to be possible: a camera where it was fast, maps where there is one. */
  function offer({ seconds, map }) {
    at('live').hidden = stream || seconds > LIVE_SECONDS || !navigator.mediaDevices?.getUserMedia;
    at('map-label').hidden = !map;
  }

  /** What the model says of a file, a frame or pixels. */
  function ask(source, wantsMap) {
    const id = count++;
    const transfer = typeof ImageBitmap !== 'undefined' && source instanceof ImageBitmap ? [source] : [];
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      started.then(() => worker.postMessage({ kind: 'picture', id, source, wantsMap }, transfer));
    });
  }

  /** The pixels of a file where the worker has no canvas. */
  async function pixels(file) {
    if (typeof OffscreenCanvas !== 'undefined') return file;
    const bitmap = await createImageBitmap(file);
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
    const context = canvas.getContext('2d');
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, 0, 0);
    return context.getImageData(0, 0, canvas.width, canvas.height);
  }

  async function show(files) {
    const pictures = [...files].filter(file => file.type.startsWith('image/') || !file.type);
    if (!pictures.length) {
      if (files.length) status('These files are no pictures.');
      return;
    }
    at('results').hidden = false;
    let done = 0;
    status(pictures.length > 1 ? `Looking at ${pictures.length} pictures …` : 'Looking at the picture …');
    const cards = pictures.map(file => {
      const card = made('li', 'card');
      card.append(made('p', 'name', `${file.name || 'Pasted picture'}: waiting …`));
      return card;
    });
    at('cards').prepend(...cards);
    for (const [index, file] of pictures.entries()) {
      const name = file.name || 'Pasted picture';
      let said;
      try {
        const answer = await ask(await pixels(file), hasMap());
        fill(cards[index], file, name, answer);
        offer(answer);
        said = `${isolated(name)}: ${words(answer)}`;
      } catch (error) {
        cards[index].replaceChildren(made('h3', '', 'No answer'), made('p', 'name', name),
          made('p', 'unlike', error.message));
        said = `${isolated(name)}: no answer. ${error.message}`;
      }
      done += 1;
      status(pictures.length > 1 ? `${done} of ${pictures.length}. ${said}` : said);
    }
  }

  /** A label of a multi-label model is found from this probability on. */
  const found = () => description.threshold ?? 0.5;
  /** A map is of the best label, or of the only number. */
  const hasMap = () => description.task !== 'regression' || description.labels.length === 1;
  const label = index => description.labels[index] || `No. ${index + 1}`;
  const ranked = values => [...values].map((share, index) => ({ share, index })).sort((a, b) => b.share - a.share);

  /** The answer in a few words, for the heading. */
  function heading({ values, best }) {
    if (description.task === 'regression') return values.length === 1 ? number.format(values[0]) : 'Numbers';
    if (description.task === 'multi-label') {
      const names = ranked(values).filter(({ share }) => share >= found()).map(({ index }) => label(index));
      return names.length ? names.join(', ') : 'None of the labels';
    }
    return label(best);
  }

  /** The answer as a sentence. */
  function words(answer) {
    const warning = answer.isUnlike ? ' It is unlike anything that the model was trained on.' : '';
    if (description.task === 'regression') {
      return [...answer.values].map((value, index) => `${isolated(label(index))} ${number.format(value)}`).join(', ')
        + '.' + warning;
    }
    if (description.task === 'multi-label') return `${isolated(heading(answer))}.${warning}`;
    return `${isolated(heading(answer))}, ${percent(answer.values[answer.best])}.${warning}`;
  }

  function fill(card, file, name, answer) {
    const image = made('img');
    image.src = URL.createObjectURL(file);
    image.alt = '';
    const picture = made('div', 'picture'), frame = made('div', 'frame');
    picture.append(image);
    frame.append(picture);
    // The frame's shape decides which side of the picture is at its edge.
    const isWide = answer.width * 3 >= answer.height * 4;
    picture.style.aspectRatio = `${answer.width} / ${answer.height}`;
    picture.style[isWide ? 'width' : 'height'] = '100%';
    if (answer.map) {
      const canvas = made('canvas', 'map');
      canvas.setAttribute('aria-hidden', 'true');
      drawMap(canvas, answer);
      canvas.hidden = !at('maps').checked;
      picture.append(canvas);
    }
    card.replaceChildren(frame, made('h3', '', heading(answer)), made('p', 'name', name), ...notes(answer), details(answer));
  }

  function notes({ isUnlike }) {
    return isUnlike
      ? [made('p', 'unlike', 'Unlike anything the model was trained on: the answer means little.')] : [];
  }

  /** All labels with their probabilities, or all numbers. */
  function details({ values }) {
    if (description.task === 'regression') {
      const list = made('dl', 'numbers');
      values.forEach((value, index) => {
        list.append(made('dt', '', label(index)), made('dd', '', number.format(value)));
      });
      return list;
    }
    const all = ranked(values);
    const isMany = all.length > SHOWN + 1;
    const part = made('div');
    part.append(bars(isMany ? all.slice(0, SHOWN) : all));
    if (isMany) {
      const more = made('details');
      more.append(made('summary', '', `${all.length - SHOWN} other labels`), bars(all.slice(SHOWN)));
      part.append(more);
    }
    return part;
  }

  function bars(shares) {
    const list = made('ul', 'shares');
    for (const { share, index } of shares) {
      const isFound = description.task === 'multi-label' && share >= found();
      const item = made('li', isFound ? 'found' : ''), bar = made('div', 'bar'), part = made('i');
      part.style.width = `${100 * Math.min(Math.max(share, 0), 1)}%`;
      bar.append(part);
      item.append(made('bdi', '', label(index)), made('span', '', percent(share)), bar);
      list.append(item);
    }
    return list;
  }

  /** Draws where the evidence is: red to yellow, over the part of the picture that the model saw. */
  function drawMap(canvas, { map, box, width, height }) {
    const size = 112;
    canvas.width = canvas.height = size;
    const [left, top, right, bottom] = box;
    canvas.style.left = `${100 * left / width}%`;
    canvas.style.top = `${100 * top / height}%`;
    canvas.style.width = `${100 * (right - left) / width}%`;
    canvas.style.height = `${100 * (bottom - top) / height}%`;
    const greatest = Math.max(...map.values);
    const parts = [...map.values].map(value => greatest > 0 ? value / greatest : 0);
    const context = canvas.getContext('2d'), image = context.createImageData(size, size);
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        const part = between(parts, map, (row + 0.5) / size, (column + 0.5) / size);
        // What is left of the picture, and the colour's share of the rest.
        const kept = (0.45 + 0.55 * (1 - part)) * (1 - 0.6 * part), cover = 1 - kept;
        const strength = cover > 0 ? 0.6 * part / cover : 0;
        image.data.set([255 * strength, 210 * Math.max(2 * part - 1, 0) * strength, 0, 255 * cover],
          4 * (row * size + column));
      }
    }
    context.putImageData(image, 0, 0);
  }

  /** The map's value at a place, between those of the nearest four. */
  function between(parts, { height, width }, down, across) {
    const y = Math.min(Math.max(down * height - 0.5, 0), height - 1);
    const x = Math.min(Math.max(across * width - 0.5, 0), width - 1);
    const [top, left] = [Math.floor(y), Math.floor(x)];
    const [bottom, right] = [Math.min(top + 1, height - 1), Math.min(left + 1, width - 1)];
    const mix = (a, b, share) => a + (b - a) * share;
    const upper = mix(parts[top * width + left], parts[top * width + right], x - left);
    return mix(upper, mix(parts[bottom * width + left], parts[bottom * width + right], x - left), y - top);
  }

  for (const id of ['files', 'camera']) {
    at(id).addEventListener('change', event => {
      const files = [...event.target.files];
      event.target.value = '';
      show(files);
    });
  }
  const drop = at('drop');
  addEventListener('dragover', event => { event.preventDefault(); drop.classList.add('over'); });
  addEventListener('dragleave', event => { if (!event.relatedTarget) drop.classList.remove('over'); });
  addEventListener('drop', event => {
    event.preventDefault();
    drop.classList.remove('over');
    if (!isFailed) show([...event.dataTransfer.files]);
  });
  addEventListener('paste', event => {
    if (!isFailed) show([...(event.clipboardData?.files ?? [])]);
  });
  at('maps').addEventListener('change', () => {
    for (const canvas of document.querySelectorAll('#cards .map')) canvas.hidden = !at('maps').checked;
  });
  at('clear').addEventListener('click', () => {
    for (const image of document.querySelectorAll('#cards img')) URL.revokeObjectURL(image.src);
    at('cards').replaceChildren();
    at('results').hidden = true;
    status('Ready.');
    at('files').focus();
  });

  at('live').addEventListener('click', async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
    } catch {
      status('The camera cannot be used. Maybe it is not allowed, or another program uses it.');
      return;
    }
    at('live-view').hidden = false;
    at('live').hidden = true;
    const video = at('video');
    video.srcObject = stream;
    await video.play();
    at('stop').focus();
    status('The camera is on.');
    watch(video);
  });
  at('stop').addEventListener('click', () => {
    stream?.getTracks().forEach(track => track.stop());
    stream = undefined;
    at('live-view').hidden = true;
    at('live').hidden = false;
    at('live').focus();
    status('The camera is off.');
  });

  /** Answers to frame after frame; what is said aloud changes only with the label. */
  async function watch(video) {
    let told;
    while (stream) {
      let answer;
      try {
        answer = await ask(await createImageBitmap(video), hasMap());
      } catch {
        await new Promise(resolve => setTimeout(resolve, 100));
        continue;
      }
      if (!stream) break;
      const now = heading(answer);
      at('live-answer').replaceChildren(made('h3', '', now), ...notes(answer), details(answer));
      const map = at('live-map');
      map.hidden = !(answer.map && at('maps').checked);
      if (answer.map) drawMap(map, answer);
      if (now !== told && description.task !== 'regression') status(`Camera: ${isolated(now)}.`);
      told = now;
    }
  }
})();
