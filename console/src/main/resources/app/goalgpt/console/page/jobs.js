// The job board: what runs, what ran, what is due.

import {change, get} from './api.js';
import {on} from './live.js';
import {attempt, confirmed, element, notice, pair, replace, select} from './dom.js';
import {ago, clock, duration, minute, number} from './format.js';

const EVERY = 5000;

export function jobs(place) {
  const now = element('span.dim');
  const open = element('div.open-runs', {'aria-live': 'off'});
  const board = element('div.cards');
  const log = element('div');
  replace(place, element('h1', {}, 'Jobs ', now), open, board, log);
  const running = new Map();
  let names = [];

  const load = async () => {
    const found = await get('jobs');
    names = found.jobs.map(job => job.job);
    now.textContent = `business time ${minute(found.now, found.jobs[0]?.zone)} (${found.jobs[0]?.zone})`;
    running.clear();
    found.open.forEach(run => running.set(run.runId, run));
    drawOpen();
    keepingFocus(board, () => replace(board, found.jobs.map(job => card(job, acted))));
  };
  const acted = async focus => {
    await load();
    board.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus();
  };
  const drawOpen = () => replace(open, [...running.values()].map(sweep));

  let soon;
  const reload = () => {
    clearTimeout(soon);
    soon = setTimeout(() => load().catch(() => {}), 300);
  };
  attempt(load).then(() => runLog(log, names));
  const timer = setInterval(reload, EVERY);
  const ends = [
    on('progress', report => {
      const run = running.get(report.runId);
      if (!run) return reload();
      const share = run.shares.find(one => one.partition === report.partition);
      if (share) Object.assign(share, {state: report.state, items: report.items, succeeded: report.succeeded, failed: report.failed});
      else run.shares.push({partition: report.partition, state: report.state, items: report.items});
      drawOpen();
      if (['DONE', 'FAILED', 'CANCELLED'].includes(report.state)) reload();
    }),
    on('action', reload),
  ];
  return () => {
    clearInterval(timer);
    clearTimeout(soon);
    ends.forEach(end => end());
  };
}

/** A redrawn card takes the focus of the one that it replaces. */
function keepingFocus(parent, draw) {
  const focused = parent.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  draw();
  if (focused) parent.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}

const ENDED = ['DONE', 'FAILED', 'CANCELLED'];

function sweep(run) {
  const items = run.shares.reduce((sum, share) => sum + share.items, 0);
  const bars = Array.from({length: run.partitions}, (none, partition) => {
    const share = run.shares.find(one => one.partition === partition);
    return bar(partition, share);
  });
  return element('section.run', {'aria-label': `${run.job} is running`},
    element('header', {},
      element('h2', {}, run.job),
      element('span.dim', {}, `for ${minute(run.plannedAt)} · ${number(items)} items · since ${clock(run.startedAt)}`)),
    element('div.bars', {}, bars));
}

/** Against what this partition had last time; where that is not known, it only says that it moves. */
function bar(partition, share) {
  const state = share?.state ?? 'WAITING';
  const ended = ENDED.includes(state);
  const known = share?.usual > 0;
  const fraction = ended ? 1 : known ? Math.min(share.items / share.usual, 0.98) : null;
  const words = share ? `${number(share.items)}${known && !ended ? ` of about ${number(share.usual)}` : ''}` : 'not begun';
  const fill = element(`span.fill.${state.toLowerCase()}${fraction === null && share ? '.moving' : ''}`);
  fill.style.width = `${Math.round(100 * (fraction ?? (share ? 1 : 0)))}%`;
  const attributes = {role: 'progressbar', 'aria-label': `Partition ${partition}`, 'aria-valuetext': `${state.toLowerCase()}, ${words}`};
  if (fraction !== null) Object.assign(attributes, {'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuenow': Math.round(100 * fraction)});
  return element('div.share', {},
    element('span.part', {'aria-hidden': 'true'}, `P${partition}`),
    element('div.progress', attributes, fill),
    element('span.dim', {'aria-hidden': 'true'}, words));
}

function card(job, acted) {
  const last = job.runs[0];
  const state = !job.enabled ? 'off' : job.overdue ? 'overdue' : last?.status ?? 'new';
  return element('article.card', {'aria-label': job.job, dataset: {state}},
    element('header', {},
      element('h2', {}, job.job),
      element(`span.pill.${state}`, {}, state === 'success' ? 'fine' : state)),
    element('dl', {},
      ...pair('Schedule', element('code', {}, job.schedule), ` ${job.zone}`),
      ...pair('Next', job.enabled ? `${minute(job.due, job.zone)}${job.overdue ? ', overdue' : ''}` : 'when it is on again'),
      ...pair('Last run', last ? `${ago(last.startedAt)}, ${number(last.items)} items in ${duration(last.durationMs)}` : 'none yet'),
      ...pair('Usually', job.usualMs === undefined ? '–' : duration(job.usualMs))),
    strip(job),
    last?.error ? element('p.error', {}, last.error) : null,
    job.switched ? element('p.hint', {}, `Switched ${job.switched.enabled ? 'on' : 'off'} by ${job.switched.by} ${ago(job.switched.at)}.`) : null,
    element('footer', {},
      element('button', {type: 'button', dataset: {focus: `run-${job.job}`}, onclick: () => run(job, acted)}, 'Run now'),
      element('button', {type: 'button', dataset: {focus: `switch-${job.job}`}, onclick: () => flip(job, acted)}, job.enabled ? 'Switch off' : 'Switch on'),
      job.switched ? element('button.quiet', {type: 'button', dataset: {focus: `set-${job.job}`}, onclick: () => asSet(job, acted)}, 'As set') : null));
}

/** The last runs as a strip, oldest first: as tall as they took long, by colour as they went. */
function strip(job) {
  const runs = [...job.runs].reverse();
  const most = Math.max(1, ...runs.map(run => run.durationMs ?? 0));
  const cells = runs.map(run => {
    const cell = element(`li.${run.status}`, {title: `${minute(run.startedAt)}: ${run.status}, ${number(run.items)} items, ${duration(run.durationMs)}`},
      element('span.sr', {}, `${run.status}, ${duration(run.durationMs)}`));
    cell.style.height = `${20 + 80 * Math.sqrt((run.durationMs ?? most) / most)}%`;
    return cell;
  });
  return element('ol.strip', {'aria-label': `The last ${runs.length} runs, oldest first`}, cells);
}

const run = (job, acted) => attempt(async () => {
  if (!await confirmed(`Run ${job.job} now?`, 'It computes as of the minute that has begun. The schedule goes on as if it had not been. The same minute twice is one run.', 'Run it')) return;
  const made = await change('POST', `jobs/${job.job}/runs`, {});
  notice(`${made.job} for ${minute(made.plannedAt)}: tick sent.`);
  await acted(`run-${job.job}`);
});

const flip = (job, acted) => attempt(async () => {
  const on = !job.enabled;
  const text = on
    ? 'From its next occurrence on its ticks are sent again. What was passed over is not made up for.'
    : 'No tick of it is sent until somebody switches it on again. A run that has begun goes on.';
  if (!await confirmed(`Switch ${job.job} ${on ? 'on' : 'off'}?`, text, on ? 'Switch on' : 'Switch off')) return;
  await change('PUT', `jobs/${job.job}/switch`, {enabled: on});
  notice(`${job.job} is ${on ? 'on' : 'off'}.`);
  await acted(`switch-${job.job}`);
});

const asSet = (job, acted) => attempt(async () => {
  await change('DELETE', `jobs/${job.job}/switch`);
  notice(`${job.job}: the setting holds again.`);
  await acted(`switch-${job.job}`);
});

function runLog(place, names) {
  const rows = element('tbody');
  const more = element('button', {type: 'button', hidden: true}, 'Older runs');
  const job = select('Job', ['', ...names, 'campaign'], 'all jobs');
  const status = select('Outcome', ['', 'running', 'success', 'failed'], 'any outcome');
  let next = null;
  const load = (from = null) => attempt(async () => {
    const query = new URLSearchParams({limit: '25'});
    if (job.value) query.set('job', job.value);
    if (status.value) query.set('status', status.value);
    if (from) query.set('before', from);
    const page = await get('runs?' + query);
    const found = page.runs.map(runRow);
    if (from) rows.append(...found);
    else replace(rows, found.length ? found : [element('tr', {}, element('td.empty', {colspan: 6}, 'No runs.'))]);
    next = page.next ?? null;
    more.hidden = next === null;
  });
  more.addEventListener('click', () => load(next));
  for (const control of [job, status]) control.addEventListener('change', () => load());
  replace(place,
    element('div.row', {}, element('h2', {}, 'Runs'), element('div.filters', {}, job, status,
      element('button', {type: 'button', onclick: () => load()}, 'Refresh'))),
    element('div.scroll', {tabindex: 0, role: 'region', 'aria-label': 'Runs'}, element('table', {},
      element('thead', {}, element('tr', {}, ...['Job', 'Started', 'Outcome', 'Items', 'Took', 'Message'].map(h => element(h === 'Items' || h === 'Took' ? 'th.number' : 'th', {scope: 'col'}, h)))),
      rows)), more);
  load();
}

const runRow = run => element('tr', {},
  element('td', {}, run.job), element('td', {}, `${minute(run.startedAt)}`),
  element('td', {}, element(`span.pill.${run.status}`, {}, run.status)),
  element('td.number', {}, number(run.items)), element('td.number', {}, duration(run.durationMs)),
  element('td.dim', {}, run.error ?? ''));
