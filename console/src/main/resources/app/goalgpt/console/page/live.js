// The live stream: server-sent events read with fetch, since an EventSource cannot send a token.

import {request} from './api.js';

const events = new EventTarget();
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15000;
let stopping;

/** on('reward', data => …) returns how to stop listening. */
export function on(name, listener) {
  const heard = event => listener(event.detail);
  events.addEventListener(name, heard);
  return () => events.removeEventListener(name, heard);
}

const tell = (name, detail) => events.dispatchEvent(new CustomEvent(name, {detail}));

export async function start() {
  stop();
  const mine = new AbortController();
  stopping = mine;
  let pause = FIRST_PAUSE;
  while (!mine.signal.aborted) {
    try {
      tell('connection', 'connecting');
      const response = await request('live', {signal: mine.signal});
      tell('connection', 'live');
      pause = FIRST_PAUSE;
      await read(response.body);
    } catch (problem) {
      if (mine.signal.aborted || problem.status === 401) return;
    }
    tell('connection', 'lost');
    await new Promise(resolve => setTimeout(resolve, pause));
    pause = Math.min(2 * pause, LONGEST_PAUSE);
  }
}

export function stop() {
  stopping?.abort();
}

async function read(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const {value, done} = await reader.read();
    if (done) return;
    text += value;
    const blocks = text.split('\n\n');
    text = blocks.pop();
    blocks.forEach(block);
  }
}

function block(lines) {
  let name = 'message';
  let data = '';
  for (const line of lines.split('\n')) {
    if (line.startsWith('event: ')) name = line.slice(7);
    else if (line.startsWith('data: ')) data += line.slice(6);
  }
  if (data) tell(name, JSON.parse(data));
}
