// Elements without markup: what came from a table or a topic is text, whatever is in it.

/** element('button.primary', {type: 'button', onclick: f}, 'Run', child, …) */
export function element(what, attributes = {}, ...children) {
  const [name, ...classes] = what.split('.');
  const made = document.createElement(name || 'div');
  made.classList.add(...classes);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (key === 'dataset') Object.assign(made.dataset, value);
    else made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return made;
}

/** A name and what it is, for a dl. */
export const pair = (name, ...value) => [element('dt', {}, name), element('dd', {}, ...value)];

/** One of these values; the empty one is shown as `any`. */
export function select(label, values, any) {
  return element('select', {'aria-label': label}, values.map(value => element('option', {value}, value || any)));
}

const SVG = 'http://www.w3.org/2000/svg';

export function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function replace(parent, ...children) {
  parent.replaceChildren(...children.flat().filter(Boolean));
}

/** Asks before something is changed; resolves to whether to do it. */
export function confirmed(title, text, yes) {
  const dialog = document.getElementById('ask');
  document.getElementById('ask-title').textContent = title;
  document.getElementById('ask-text').textContent = text;
  document.getElementById('ask-yes').textContent = yes;
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise(resolve =>
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), {once: true}));
}

let clearing;

/** Says something at the top of the page, for a while. */
export function notice(text, kind = 'info') {
  const place = document.getElementById('notice');
  place.textContent = text;
  place.dataset.kind = kind;
  place.hidden = false;
  clearTimeout(clearing);
  clearing = setTimeout(() => { place.hidden = true; }, kind === 'error' ? 12000 : 5000);
}

/** Runs what a button asks for; a refusal is told, not thrown. */
export async function attempt(work) {
  try {
    return await work();
  } catch (problem) {
    notice(problem.message, 'error');
    return undefined;
  }
}
