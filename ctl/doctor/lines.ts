import type { Check, ReadinessReport } from '../../functions/readiness/report.ts';
import type { Paint } from '../paint.ts';

const MARKS = {
  pass: ['green', 'pass   '],
  warn: ['yellow', 'warn   '],
  fail: ['red', 'FAIL   '],
  unknown: ['yellow', 'unknown'],
} as const;

/** Each check with what it says, and what to do under each that is not well. */
export function checkLines(checks: readonly Check[], paint: Paint): readonly string[] {
  const width = Math.max(0, ...checks.map(({ about }) => about.length));
  return checks.flatMap(({ result, about, what, remedy }) => {
    const [colour, mark] = MARKS[result];
    return [
      `  ${paint(colour, mark)}  ${about.padEnd(width)}  ${what}`,
      ...(result === 'pass' || remedy === null
        ? []
        : [`           ${' '.repeat(width)}  ${paint('bold', `→ ${remedy}`)}`]),
    ];
  });
}

export function verdictLines(
  checks: readonly Check[],
  recovery: ReadinessReport['recovery'] | null,
  paint: Paint,
): readonly string[] {
  const count = (result: Check['result']) => checks.filter((each) => each.result === result).length;
  const failed = count('fail');
  const rest = [
    ...(count('warn') > 0 ? [`${count('warn')} to be looked at`] : []),
    ...(count('unknown') > 0 ? [`${count('unknown')} not known`] : []),
  ].map((each) => `, ${each}`);
  return [
    failed === 0
      ? paint('green', `A failover would succeed now (${checks.length} checks${rest.join('')}).`)
      : paint(
          'red',
          `A failover might NOT succeed now (${failed} of ${checks.length} checks failed${rest.join('')}).`,
        ),
    ...(recovery === null
      ? ['The recovery time is not known.']
      : [
          ...recovery.steps.map(
            ({ name, seconds, why }) => `  ${name.padEnd(12)} ${`${seconds} s`.padStart(6)}  ${why}`,
          ),
          recovery.sentence,
        ]),
  ];
}
