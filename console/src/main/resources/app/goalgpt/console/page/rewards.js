// Live: rewards as they are settled, how many and how fast.

import {get} from './api.js';
import {on} from './live.js';
import {element, replace} from './dom.js';
import {amounts, clock, duration, number, short, words} from './format.js';
import {chart} from './charts.js';

const SHOWN = 60;
const SECONDS = 300;

export function live(place) {
  const tiles = {
    rate: tile('Rewards in the last minute', 'settled'),
    p50: tile('Half within', 'commit → settled'),
    p99: tile('99 % within', 'commit → settled'),
    push: tile('Pushes, half within', 'commit → accepted by FCM'),
  };
  const latency = chart({
    title: 'Commit to settled', unit: 'ms', seconds: SECONDS, logarithmic: true, least: 1000,
    lines: [
      {name: 'p50', of: point => point.p50, className: 'first'},
      {name: 'p99', of: point => point.p99, className: 'second'},
    ],
  });
  const throughput = chart({
    title: 'Each second', unit: '', seconds: SECONDS, area: true,
    lines: [
      {name: 'rewards', of: point => point.rewards, className: 'first'},
      {name: 'pushes accepted', of: point => point.pushes + point.others, className: 'third'},
    ],
  });
  const missed = element('p.hint', {hidden: true});
  const list = element('ol.rewards', {id: 'rewards', 'aria-label': 'Settled rewards, newest first'});
  const empty = element('p.empty', {}, 'No reward yet. The next one appears here by itself.');
  replace(place,
    element('h1', {}, 'Live'),
    element('div.tiles', {}, ...Object.values(tiles).map(t => t.box)),
    element('div.charts', {}, latency.figure, throughput.figure),
    element('h2', {}, 'Rewards'), missed, empty, list);

  const known = new Set();
  let waiting = [];
  let drawing = false;

  const add = reward => {
    if (known.has(reward.id)) return;
    known.add(reward.id);
    waiting.push(reward);
    if (!drawing) {
      drawing = true;
      requestAnimationFrame(draw);
    }
  };

  const draw = () => {
    drawing = false;
    const fresh = waiting.slice(-SHOWN).reverse().map(row);
    waiting = [];
    list.prepend(...fresh);
    while (list.children.length > SHOWN) {
      known.delete(list.lastElementChild.dataset.id);
      list.lastElementChild.remove();
    }
    empty.hidden = list.children.length > 0;
  };

  let points = [];
  let lost = 0;
  const showFigures = () => {
    latency.show(points);
    throughput.show(points);
  };
  const showMinute = minute => {
    tiles.rate.set(number(minute.rewards));
    tiles.p50.set(minute.p50 === undefined ? '–' : duration(minute.p50));
    tiles.p99.set(minute.p99 === undefined ? '–' : duration(minute.p99));
    tiles.push.set(minute.pushP50 === undefined ? '–' : duration(minute.pushP50));
  };
  const load = async () => {
    const [recent, figures] = await Promise.all([get('rewards?limit=' + SHOWN), get('figures')]);
    recent.rewards.reverse().forEach(add);
    points = figures.seconds;
    showFigures();
  };
  showFigures();
  load().catch(() => {});
  const ends = [
    on('reward', add),
    on('figures', tick => {
      points = [...points.slice(-900), tick.second];
      showMinute(tick.minute);
      showFigures();
    }),
    on('missed', ({events}) => {
      lost += events;
      missed.hidden = false;
      missed.textContent = `${number(lost)} more came too fast to be shown.`;
    }),
    on('connection', state => { if (state === 'live') load().catch(() => {}); }),
  ];
  return () => ends.forEach(end => end());
}

function tile(name, what) {
  const value = element('span.value', {}, '–');
  return {
    box: element('div.tile', {}, element('span.name', {}, name), value, element('span.what', {}, what)),
    set: text => { if (value.textContent !== text) value.textContent = text; },
  };
}

const pace = ms => (ms < 250 ? 'fast' : ms < 1000 ? 'fair' : 'slow');

function row(reward) {
  const badge = reward.kind === 'badge';
  const title = badge ? words(reward.name) : `Referral tier ${reward.name}`;
  const detail = badge
    ? (reward.value ? `met with ${reward.value}` : '')
    : (reward.name === '2' ? 'friend logged in' : 'friend subscribed');
  return element(`li.reward.${reward.kind}`, {dataset: {id: reward.id}},
    element('span.mark', {'aria-hidden': 'true'}, badge ? '★' : '⇄'),
    element('span.title', {}, element('b', {}, title), detail ? element('span.dim', {}, ' ' + detail) : null),
    element('span.amounts', {}, amounts(reward)),
    element('a.id', {href: `#/customers/${reward.customerId}`, 'aria-label': `Customer ${reward.customerId}`}, short(reward.customerId)),
    element('time.dim', {datetime: reward.settledAt}, clock(reward.settledAt)),
    element(`span.latency.${pace(reward.latencyMs)}`, {title: 'from the row’s commit to the settlement'}, duration(reward.latencyMs)));
}
