const UNITS = { d: 86_400, h: 3600, m: 60, s: 1 } as const;

/** `2h`, `90m`, `1h30m`: in seconds. Null: it is no such text. */
export function secondsOf(text: string): number | null {
  if (!/^(\d+[dhms])+$/.test(text)) return null;
  const parts = [...text.matchAll(/(\d+)([dhms])/g)];
  const seconds = parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * UNITS[unit as keyof typeof UNITS],
    0,
  );
  return seconds > 0 && Number.isSafeInteger(seconds) ? seconds : null;
}

/** As a person says it: `48 s`, `2 min 5 s`, `3 h 20 min`, `2 d 1 h`. */
export function spoken(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const [large, small, names] =
    whole < 3600
      ? [60, 1, ['min', 's']]
      : whole < 86_400
        ? [3600, 60, ['h', 'min']]
        : [86_400, 3600, ['d', 'h']];
  const rest = Math.floor((whole % large) / small);
  return `${Math.floor(whole / large)} ${names[0]}${rest === 0 ? '' : ` ${rest} ${names[1]}`}`;
}

/** `2026-01-05 12:00:00 UTC`. */
export const clock = (at: string | Date): string =>
  `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

export const since = (at: string | Date, now: Date): string =>
  `${spoken((now.getTime() - new Date(at).getTime()) / 1000)} ago`;
