// Which view is shown, and whether there is a token.

import {forgetToken, setToken, takeTokenFromAddress, token} from './api.js';
import * as live from './live.js';
import {element, replace} from './dom.js';
import {live as liveView} from './rewards.js';
import {jobs} from './jobs.js';
import {campaigns} from './campaigns.js';
import {customers} from './customers.js';
import {letters, refreshCount} from './letters.js';
import {changes} from './changes.js';

const VIEWS = {live: liveView, jobs, campaigns, customers, letters, changes};
const main = document.getElementById('main');
const connection = document.getElementById('connection');
let leave;

function show() {
  if (!token()) return askForToken();
  const [name, argument] = location.hash.replace(/^#\/?/, '').split('/');
  const view = VIEWS[name] ? name : 'live';
  for (const link of document.querySelectorAll('#tabs a')) {
    if (link.getAttribute('href') === `#/${view}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  leave?.();
  leave = VIEWS[view](main, argument ? decodeURIComponent(argument) : undefined);
  document.title = `${view[0].toUpperCase()}${view.slice(1)} · GoalGPT console`;
}

function askForToken(text) {
  leave?.();
  leave = undefined;
  live.stop();
  const input = element('input', {type: 'password', id: 'token', name: 'token', required: true, autocomplete: 'current-password'});
  replace(main, element('form.login', {onsubmit: event => {
    event.preventDefault();
    setToken(input.value.trim());
    begin();
  }},
  element('h1', {}, 'Your token, please'),
  element('p.dim', {}, 'The value of CONSOLE_TOKEN, or yours of CONSOLE_TOKEN_FILE. It is kept for this tab alone.'),
  text ? element('p.error', {role: 'alert'}, text) : null,
  // Password managers file a secret under a name.
  element('input', {type: 'text', name: 'username', value: 'console', autocomplete: 'username', hidden: true}),
  element('label', {for: 'token'}, 'Token'), input, element('button.primary', {}, 'Open the console')));
  connection.dataset.state = 'waiting';
  connection.textContent = 'no token';
  input.focus();
}

function begin() {
  live.start();
  refreshCount();
  show();
}

live.on('connection', state => {
  connection.dataset.state = state;
  connection.textContent = state === 'lost' ? 'connection lost, trying again' : state;
});
live.on('letter', refreshCount);
live.on('mark', refreshCount);
document.addEventListener('unauthorised', () => {
  if (!token()) return;
  forgetToken();
  askForToken('This token is not valid.');
});
window.addEventListener('hashchange', () => {
  if (/[#&]token=/.test(location.hash)) {
    takeTokenFromAddress();
    begin();
  } else {
    show();
    main.focus({preventScroll: true});
    window.scrollTo(0, 0);
  }
});

takeTokenFromAddress();
if (token()) begin();
else askForToken();
