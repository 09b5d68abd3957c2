// The API, for whoever has the token. It is kept for this tab alone.

const KEY = 'goalgpt-token';

export function takeTokenFromAddress() {
  const match = /(?:^#|&)token=([^&]+)/.exec(location.hash);
  if (match) {
    sessionStorage.setItem(KEY, decodeURIComponent(match[1]));
    history.replaceState(null, '', location.pathname + (location.hash.replace(match[0], '') || '#/live'));
  }
}

export const token = () => sessionStorage.getItem(KEY);
export const setToken = value => sessionStorage.setItem(KEY, value);
export const forgetToken = () => sessionStorage.removeItem(KEY);

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export async function request(path, options = {}) {
  const response = await fetch('/api/' + path, {
    ...options,
    cache: 'no-store',
    headers: {...options.headers, Authorization: `Bearer ${token()}`},
  }).catch(error => {
    if (error.name === 'AbortError') throw error;
    throw new Refused(0, 'The console does not answer.');
  });
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    if (response.status === 401) document.dispatchEvent(new CustomEvent('unauthorised'));
    throw new Refused(response.status, problem.detail || response.statusText);
  }
  return response;
}

export const get = async path => (await request(path)).json();

export async function change(method, path, body) {
  const options = {method};
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = {'Content-Type': 'application/json'};
  }
  return (await request(path, options)).json();
}
