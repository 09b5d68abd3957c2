// Numbers and times for people.

const whole = new Intl.NumberFormat('en');
const time = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit', second: '2-digit'});
const relative = new Intl.RelativeTimeFormat('en', {numeric: 'auto', style: 'short'});

export const number = value => (value === null || value === undefined ? '–' : whole.format(value));

export const clock = instant => (instant ? time.format(new Date(instant)) : '–');

/** Minutes in a given zone: schedules are read in theirs. */
export function minute(instant, zone) {
  if (!instant) return '–';
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone, month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit',
  });
  return parts.format(new Date(instant));
}

export function duration(ms) {
  if (ms === null || ms === undefined) return '–';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
  if (ms < 172_800_000) return `${Math.floor(ms / 3_600_000)} h ${Math.round((ms % 3_600_000) / 60_000)} min`;
  return `${whole.format(Math.round(ms / 86_400_000))} days`;
}

export function ago(instant, now = Date.now()) {
  const seconds = (new Date(instant).getTime() - now) / 1000;
  const size = Math.abs(seconds);
  if (size < 60) return relative.format(Math.round(seconds), 'second');
  if (size < 3600) return relative.format(Math.round(seconds / 60), 'minute');
  if (size < 86400) return relative.format(Math.round(seconds / 3600), 'hour');
  return relative.format(Math.round(seconds / 86400), 'day');
}

export const short = id => id.slice(0, 8);

/** A slug or a code as words. */
export const words = text => text.replaceAll('_', ' ').replaceAll('-', ' ');

export function percent(part, all) {
  return all ? `${(100 * part / all).toFixed(1)} %` : '–';
}

/** What a reward gave, as words. */
export function amounts(reward) {
  const given = [];
  if (reward.xp) given.push(`+${number(reward.xp)} XP`);
  if (reward.credits) given.push(`+${number(reward.credits)} credits`);
  if (reward.vipDays) given.push(`+${reward.vipDays} VIP days`);
  if (reward.levelReached) given.push(`reached ${reward.levelReached}`);
  return given.join(', ');
}
