// Small charts in SVG: time runs to the right, now is at the right edge.

import {svg, element} from './dom.js';

const HEIGHT = 140;
const LEFT = 44;
const BOTTOM = 18;
const TOP = 8;

const nice = value => {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map(step => step * power).find(step => step >= value);
};

/**
 * @param title what it shows, for those who cannot see it as well
 * @param unit after the numbers of the scale
 * @param lines [{name, of: point => number or null, className}]
 * @param seconds how much time it shows
 * @param logarithmic from 1 on, in steps of ten: one slow minute leaves the fast ones readable
 */
export function chart({title, unit, lines, seconds, area = false, least = 10, logarithmic = false}) {
  const plot = svg('svg', {role: 'img', height: HEIGHT, 'aria-label': title});
  const caption = element('figcaption', {}, element('strong', {}, title));
  const legend = element('span.legend');
  const values = lines.map(line => {
    const value = element('b', {}, '–');
    legend.append(element(`span.key.${line.className}`, {}, line.name, ' ', value));
    return value;
  });
  caption.append(legend);
  const figure = element('figure.chart', {}, caption, element('div.plot', {}, plot));

  let last = [];
  const show = points => {
    last = points;
    const shown = points.slice(-seconds);
    const width = plot.clientWidth || 560;
    const most = Math.max(least, ...shown.flatMap(point => lines.map(line => line.of(point) ?? 0)));
    const top = logarithmic ? 10 ** Math.ceil(Math.log10(most)) : nice(most);
    const share = value => (logarithmic ? Math.log10(Math.max(1, value)) / Math.log10(top) : value / top);
    const x = index => LEFT + (width - LEFT) * (seconds - shown.length + index + 0.5) / seconds;
    const y = value => TOP + (HEIGHT - TOP - BOTTOM) * (1 - share(value));
    const parts = marks(top, logarithmic).flatMap(mark => [
      svg('line', {class: 'grid', x1: LEFT, x2: width, y1: y(mark), y2: y(mark)}),
      text(LEFT - 6, y(mark) + 3.5, label(mark, unit), 'end'),
    ]);
    const minutes = Math.round(seconds / 60);
    for (let minute = 0; minute <= minutes; minute += Math.ceil(minutes / 3)) {
      const at = LEFT + (width - LEFT) * (1 - minute / minutes);
      const anchor = minute === 0 ? 'end' : minute === minutes ? 'start' : 'middle';
      parts.push(text(at, HEIGHT - 4, minute === 0 ? 'now' : `−${minute} min`, anchor));
    }
    lines.forEach((line, number) => {
      parts.push(...paths(shown, line, x, y, area && number === 0));
      const newest = shown.map(line.of).filter(value => value !== null && value !== undefined).pop();
      values[number].textContent = newest === undefined ? '–' : `${format(newest)} ${unit}`.trim();
    });
    plot.replaceChildren(...parts);
  };
  new ResizeObserver(() => show(last)).observe(plot);
  return {figure, show};
}

const format = value => (value >= 10 || Number.isInteger(value) ? Math.round(value).toLocaleString('en') : value.toFixed(1));

const marks = (top, logarithmic) =>
  logarithmic ? Array.from({length: Math.round(Math.log10(top)) + 1}, (none, power) => 10 ** power) : [0, top / 2, top];

const label = (value, unit) => {
  if (unit !== 'ms') return format(value);
  return value >= 1000 ? `${format(value / 1000)} s` : `${format(value)} ms`;
};

const text = (x, y, words, anchor) => svg('text', {x, y, 'text-anchor': anchor}, words);

/** A line where there are values, broken where there are none; a lone value is a dot. */
function paths(points, line, x, y, area) {
  const runs = [];
  let run = [];
  points.forEach((point, index) => {
    const value = line.of(point);
    if (value === null || value === undefined) {
      if (run.length) runs.push(run);
      run = [];
    } else {
      run.push([x(index), y(value)]);
    }
  });
  if (run.length) runs.push(run);
  return runs.flatMap(places => {
    if (places.length === 1) return [svg('circle', {class: `dot ${line.className}`, cx: places[0][0], cy: places[0][1], r: 2})];
    const d = places.map(([px, py], i) => `${i ? 'L' : 'M'}${px.toFixed(1)},${py.toFixed(1)}`).join('');
    const stroke = svg('path', {class: `line ${line.className}`, d});
    if (!area) return [stroke];
    const floor = y(0);
    const filled = svg('path', {class: `area ${line.className}`, d: `${d}L${places.at(-1)[0]},${floor}L${places[0][0]},${floor}Z`});
    return [filled, stroke];
  });
}
