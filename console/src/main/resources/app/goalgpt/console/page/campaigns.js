// Campaigns: what is planned, what is being sent, what came of it.

import {change, get} from './api.js';
import {on} from './live.js';
import {attempt, confirmed, element, notice, pair, replace, select} from './dom.js';
import {minute, number, percent, short} from './format.js';

const EVERY = 5000;

export function campaigns(place) {
  const list = element('div.cards.wide');
  const status = select('Status', ['', 'pending', 'sending', 'sent', 'failed', 'cancelled'], 'any status');
  replace(place, element('div.row', {}, element('h1', {}, 'Campaigns'), element('div.filters', {}, status)), list);
  const previews = new Map();
  const cards = new Map();

  const load = async () => {
    const query = status.value ? '?status=' + status.value : '';
    const {campaigns: found, variants} = await get('campaigns' + query);
    for (const [id] of cards) if (!found.some(campaign => campaign.id === id)) cards.delete(id);
    for (const campaign of found) {
      const texts = variants[campaign.id] ?? [];
      const text = JSON.stringify([campaign, texts]);
      if (cards.get(campaign.id)?.text !== text) cards.set(campaign.id, {text, box: card(campaign, texts, previews, load)});
    }
    const boxes = found.map(campaign => cards.get(campaign.id).box);
    if (boxes.length !== list.children.length || boxes.some((box, i) => list.children[i] !== box)) {
      replace(list, boxes.length ? boxes : [element('p.empty', {}, 'No campaigns.')]);
    }
  };
  status.addEventListener('change', () => attempt(load));
  attempt(load);
  const timer = setInterval(() => load().catch(() => {}), EVERY);
  let soon;
  const end = on('progress', report => {
    if (report.job !== 'campaign') return;
    clearTimeout(soon);
    soon = setTimeout(() => load().catch(() => {}), 400);
  });
  return () => {
    clearInterval(timer);
    clearTimeout(soon);
    end();
  };
}

function card(campaign, texts, previews, reload) {
  const open = ['pending', 'sending'].includes(campaign.status);
  const preview = element('div.preview', {'aria-live': 'polite'});
  if (previews.has(campaign.id)) replace(preview, previews.get(campaign.id));
  const audience = campaign.audience + (campaign.filter ? ' ' + campaign.filter : '');
  return element('article.card', {'aria-label': campaign.titleTr, dataset: {state: campaign.status}},
    element('header', {}, element('h2', {lang: 'tr'}, campaign.titleTr), element(`span.pill.${campaign.status}`, {}, campaign.status)),
    element('p', {lang: 'tr'}, campaign.bodyTr),
    element('dl', {},
      ...pair('When', `${minute(campaign.scheduledAt)}${campaign.sentAt ? `, sent ${minute(campaign.sentAt)}` : ''}`),
      ...pair('For', element('code', {}, audience)),
      ...pair('Told', `${number(campaign.recipients)} customers`),
      ...pair('Accepted', accepted(campaign)),
      ...texts.flatMap(text => pair(`Text ${text.variant}`, `told ${number(text.recipients)}, accepted ${accepted(text)}`))),
    campaign.recipients ? outcome(campaign) : null,
    preview,
    element('footer', {},
      campaign.status === 'pending' ? element('button', {type: 'button', onclick: event => look(campaign, preview, previews, event.target)}, 'Preview') : null,
      open ? element('button.danger', {type: 'button', onclick: () => cancel(campaign, reload)}, 'Cancel') : null,
      element('span.dim.id', {title: campaign.id}, short(campaign.id))));
}

function accepted(counts) {
  const answered = counts.accepted + counts.refused;
  return answered ? `${number(counts.accepted)} of ${number(answered)} answered (${percent(counts.accepted, answered)})` : '–';
}

function outcome(campaign) {
  const part = (count, kind) => {
    const fill = element(`span.fill.${kind}`);
    fill.style.width = `${100 * count / campaign.recipients}%`;
    return fill;
  };
  return element('div.progress.tall', {role: 'img', 'aria-label': `${campaign.accepted} accepted, ${campaign.refused} refused of ${campaign.recipients}`},
    part(campaign.accepted, 'done'), part(campaign.refused, 'failed'));
}

const look = (campaign, place, previews, button) => attempt(async () => {
  button.disabled = true;
  replace(place, element('p.hint', {}, 'Looking at every customer …'));
  try {
    const found = await get(`campaigns/${campaign.id}/preview`);
    const hours = Object.entries(found.hours);
    const shown = [
      element('p', {}, element('b', {}, `${number(found.customers)} customers`), ` on ${number(found.devices)} devices would get it, as of ${minute(found.asOf)}.`),
      found.variantA !== undefined ? element('p', {}, `Text A for ${number(found.variantA)}, text B for ${number(found.variantB)}.`) : null,
      hours.length ? element('ul', {}, hours.map(([at, count]) => element('li', {}, `${minute(at)}: ${number(count)}`))) : null,
      element('p.dim', {}, `${number(found.seen)} customers looked at; nothing was sent. For example: `,
        found.samples.flatMap(id => [element('a.id', {href: `#/customers/${id}`}, short(id)), ' '])),
    ].filter(Boolean);
    previews.set(campaign.id, shown);
    replace(place, shown);
  } catch (problem) {
    replace(place, element('p.error', {}, problem.message));
  } finally {
    button.disabled = false;
  }
});

const cancel = (campaign, reload) => attempt(async () => {
  if (!await confirmed(`Cancel “${campaign.titleTr}”?`, 'It stops where it is: who was told was told, nobody more will be.', 'Cancel it')) return;
  await change('POST', `campaigns/${campaign.id}/cancel`, {});
  notice('Cancellation sent.');
  setTimeout(() => reload().catch(() => {}), 700);
});
