// Dead letters: what could not be used, and what to do about it.

import {change, get} from './api.js';
import {on} from './live.js';
import {attempt, confirmed, element, notice, pair, replace, select} from './dom.js';
import {ago, number} from './format.js';

export function letters(place) {
  const list = element('div.answers');
  const more = element('button', {type: 'button', hidden: true}, 'Older letters');
  const state = select('State', ['open', 'all'], '');
  let next;
  replace(place,
    element('div.row', {}, element('h1', {}, 'Dead letters'), element('div.filters', {}, state)),
    element('p.hint', {}, 'Records that could not be used, set aside with the reason. Replay writes the original record to its topic again; drop says that nothing is to be done.'),
    list, more);
  const load = async from => {
    const page = await get(`dead-letters?state=${state.value}&limit=25${from === undefined ? '' : `&before=${from}`}`);
    const found = page.letters.map(letter => row(letter, () => load()));
    if (from === undefined) replace(list, found.length ? found : [element('p.empty', {}, state.value === 'open' ? 'None is open.' : 'There are none.')]);
    else list.append(...found);
    next = page.next;
    more.hidden = next === undefined;
    count(page.open);
  };
  more.addEventListener('click', () => attempt(() => load(next)));
  state.addEventListener('change', () => attempt(() => load()));
  attempt(() => load());
  let soon;
  const later = () => {
    clearTimeout(soon);
    soon = setTimeout(() => { if (!list.querySelector('details[open]')) load().catch(() => {}); }, 500);
  };
  const ends = [on('letter', later), on('mark', later)];
  return () => ends.forEach(end => end());
}

/** The number beside the tab. */
export function count(open) {
  const badge = document.getElementById('open-letters');
  badge.textContent = number(open);
  badge.hidden = open === 0;
}

export const refreshCount = () => get('dead-letters?limit=1').then(page => count(page.open)).catch(() => {});

function row(letter, reload) {
  const body = element('div', {}, element('p.hint', {}, 'Reading …'));
  const details = element('details.answer', {dataset: {letter: letter.letter}},
    element('summary', {},
      element('span.title', {}, element('b', {}, letter.step), element('span.dim', {}, ` #${letter.letter}`)),
      element('span.ask', {}, letter.cause),
      element('time.dim', {datetime: letter.at}, ago(letter.at)),
      element(`span.pill.${letter.mark ? 'off' : 'failed'}`, {}, letter.mark ? letter.mark.deed.toLowerCase() : 'open')),
    body);
  details.addEventListener('toggle', () => {
    if (details.open) attempt(async () => fill(await get('dead-letters/' + letter.letter), body, reload));
  });
  return details;
}

function fill({letter, content, mark}, body, reload) {
  replace(body,
    element('p', {}, content.cause),
    element('dl.ledger', {}, ...pair('Record', `${content.topic}, partition ${content.partition}, offset ${content.offset}`),
      ...pair('Key', element('code', {}, content.key ?? 'none')), ...pair('Set aside', content.at)),
    element('pre', {tabindex: 0, 'aria-label': 'The record’s value'}, pretty(content.value)),
    mark
      ? element('p.hint', {}, `${mark.deed.toLowerCase()} by ${mark.by} ${ago(mark.at)}`)
      : element('footer', {},
        element('button', {type: 'button', onclick: () => act(letter, 'replay', content, reload)}, 'Replay'),
        element('button.danger', {type: 'button', onclick: () => act(letter, 'drop', content, reload)}, 'Drop')));
}

function pretty(value) {
  if (value === undefined) return '(no value)';
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}

const act = (letter, what, content, reload) => attempt(async () => {
  const text = what === 'replay'
    ? `The original record is written to ${content.topic} once more. Whoever could not use it reads it again.`
    : 'It is marked as done with. The letter itself stays on its topic.';
  if (!await confirmed(`${what === 'replay' ? 'Replay' : 'Drop'} letter #${letter}?`, text, what === 'replay' ? 'Replay' : 'Drop')) return;
  await change('POST', `dead-letters/${letter}/${what}`, {});
  notice(`Letter #${letter}: ${what === 'replay' ? 'replayed' : 'dropped'}.`);
  await reload();
});
