// Customers: why one has, or has not, a badge.

import {get} from './api.js';
import {attempt, element, notice, pair, replace} from './dom.js';
import {amounts, minute, number, short} from './format.js';

const ANSWERS = {
  SETTLED: 'has it',
  GIVEN_BY_THE_APP: 'has it',
  NOT_MET: 'not yet',
  MET_NOT_SETTLED: 'due',
  BADGE_OFF: 'badge off',
  BY_HAND: 'by hand',
  BAD_RULE: 'bad rule',
  CUSTOMER_DELETED: 'deleted',
};

export function customers(place, id) {
  const input = element('input', {type: 'search', name: 'q', required: true, autocomplete: 'off', spellcheck: 'false', placeholder: 'id or e-mail address', 'aria-label': 'Customer’s id or e-mail address', value: id ?? ''});
  const result = element('div', {'aria-live': 'polite'});
  const form = element('form.look-up', {role: 'search', onsubmit: event => {
    event.preventDefault();
    find(input.value.trim(), result);
  }}, input, element('button.primary', {}, 'Look up'));
  replace(place, element('h1', {}, 'Customers'), form, result);
  if (id) show(id, result);
  else replace(result, element('p.empty', {}, 'Look a customer up to see each badge, what it asks for, how far the customer is, and what settled it.'));
}

const find = (asked, result) => attempt(async () => {
  try {
    const customer = await get('customers?q=' + encodeURIComponent(asked));
    const hash = `#/customers/${customer.id}`;
    if (location.hash === hash) await show(customer.id, result);
    else location.hash = hash;
  } catch (problem) {
    replace(result, element('p.empty', {}, problem.message));
  }
});

async function show(id, result) {
  try {
    draw(await get('customers/' + encodeURIComponent(id)), result);
  } catch (problem) {
    if (problem.status === 404 || problem.status === 400) replace(result, element('p.empty', {}, problem.message));
    else notice(problem.message, 'error');
  }
}

function draw(found, result) {
  const {customer, standing, badges} = found;
  const has = badges.filter(badge => badge.has);
  const order = badge => (badge.verdict === 'MET_NOT_SETTLED' ? 2 : badge.has ? -1 : badge.progress);
  const rest = badges.filter(badge => !badge.has).sort((a, b) => order(b) - order(a));
  replace(result,
    element('section.person', {'aria-label': 'Customer'},
      element('h2', {}, customer.name ?? 'No name', ' ', customer.deletedAt ? element('span.pill.failed', {}, 'deleted') : null),
      element('p.dim', {}, element('code', {}, customer.id), customer.email ? ` · ${customer.email}` : '', ` · ${customer.locale}`),
      element('dl.facts', {},
        ...fact('Level', customer.level ?? '–'), ...fact('XP', number(customer.xpPoints)), ...fact('Credits', number(customer.creditsBalance)),
        ...fact('Streak', `${number(customer.streakDays ?? 0)} days`), ...fact('Comments', number(standing.comments)), ...fact('Likes', number(standing.likes)),
        ...fact('Won', `${number(standing.won)} of ${number(standing.settled)}`), ...fact('Referrals', standing.referrals.map(number).join(' / ')), ...fact('Devices', number(customer.devices)))),
    found.letters.length ? element('p.error', {}, `${found.letters.length} open dead letters are about this customer: `, element('a', {href: '#/letters'}, 'have a look')) : null,
    element('h2', {}, `Badges not there (${rest.length})`), element('div.answers', {}, rest.map(answer)),
    element('h2', {}, `Badges there (${has.length})`), element('div.answers', {}, has.map(answer)),
    found.referrals.length ? element('h2', {}, 'Referrals') : null,
    found.referrals.length ? referrals(found, customer.id) : null);
}

const fact = (name, value) => [element('div', {}, element('dt', {}, name), element('dd', {}, value))];

function answer(badge) {
  const state = badge.has ? 'success' : badge.verdict === 'MET_NOT_SETTLED' ? 'overdue' : ['BAD_RULE', 'CUSTOMER_DELETED'].includes(badge.verdict) ? 'failed' : 'off';
  const fill = element(`span.fill.${badge.has || badge.met ? 'done' : 'running'}`);
  fill.style.width = `${Math.round(100 * (badge.has ? 1 : badge.progress))}%`;
  return element('details.answer', {open: badge.verdict === 'MET_NOT_SETTLED', dataset: {slug: badge.slug, verdict: badge.verdict}},
    element('summary', {},
      element('span.title', {}, element('b', {}, badge.nameEn), element('span.dim', {lang: 'tr'}, ' ' + badge.nameTr)),
      badge.asks && badge.verdict !== 'BY_HAND' ? element('span.ask', {}, element('span', {}, badge.value), element('span.dim', {}, ` now, asks for ${badge.asks}`)) : element('span.ask'),
      element('div.progress', {role: 'img', 'aria-label': `${Math.round(100 * (badge.has ? 1 : badge.progress))} percent`}, fill),
      element(`span.pill.${state}`, {}, ANSWERS[badge.verdict])),
    element('p', {}, badge.why),
    badge.ledger ? ledger(badge.ledger) : null,
    element('p.dim', {}, 'Rule ', element('code', {}, badge.condition)));
}

function ledger(row) {
  return element('dl.ledger', {},
    ...pair('Met with', row.value), ...pair('Cause', `${row.causeTable} ${row.causeRowId}`), ...pair('Committed', stamp(row.causedAt)),
    ...pair('Decided', stamp(row.decidedAt)), ...pair('Settled', stamp(row.settledAt)),
    ...pair('Took', `${number(new Date(row.settledAt) - new Date(row.causedAt))} ms from commit to settled`),
    ...pair('Gave', amounts(row) || 'nothing'), ...pair('Ledger row', element('code', {}, row.id)));
}

const stamp = instant => instant.replace('T', ' ').replace('Z', ' UTC');

function referrals(found, id) {
  return element('div.scroll', {tabindex: 0, role: 'region', 'aria-label': 'Referrals'}, element('table', {},
    element('thead', {}, element('tr', {}, ...['With', 'Part', 'Tier', 'Status', 'Begun', 'Rewards'].map(h => element('th', {scope: 'col'}, h)))),
    element('tbody', {}, found.referrals.map(one => {
      const invited = one.referrerId === id;
      const other = invited ? one.referredId : one.referrerId;
      const rewards = found.rewards.filter(row => row.referralId === one.id)
        .map(row => `tier ${row.tier}: ${invited ? amounts(row) : row.referredCredits ? `+${row.referredCredits} credits` : 'nothing'}`);
      return element('tr', {},
        element('td', {}, element('a.id', {href: `#/customers/${other}`}, short(other))), element('td', {}, invited ? 'invited' : 'was invited'),
        element('td.number', {}, one.tier), element('td', {}, one.status), element('td', {}, minute(one.createdAt)), element('td', {}, rewards.join('; ') || '–'));
    }))));
}
