// Changes: the audit log of what people did.

import {get} from './api.js';
import {on} from './live.js';
import {attempt, element, replace} from './dom.js';
import {minute} from './format.js';

export function changes(place) {
  const rows = element('tbody');
  replace(place,
    element('h1', {}, 'Changes'),
    element('p.hint', {}, 'Everything that was changed by hand, each line written together with its change.'),
    element('div.scroll', {tabindex: 0, role: 'region', 'aria-label': 'Changes'}, element('table', {},
      element('thead', {}, element('tr', {}, ...['When', 'Who', 'From', 'What', 'Which', 'More'].map(h => element('th', {scope: 'col'}, h)))), rows)));
  const load = async () => {
    const found = (await get('changes')).changes;
    replace(rows, found.length ? found.map(row) : [element('tr', {}, element('td.empty', {colspan: 6}, 'Nothing was changed by hand.'))]);
  };
  attempt(load);
  return on('action', () => load().catch(() => {}));
}

const row = action => element('tr', {},
  element('td', {}, element('time', {datetime: action.at}, minute(action.at))), element('td', {}, action.by), element('td.dim', {}, action.address),
  element('td', {}, action.action), element('td', {}, element('code', {}, action.subject)),
  element('td.dim', {}, Object.entries(action.details).map(([name, value]) => `${name} ${value}`).join(', ')));
