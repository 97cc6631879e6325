import { type BadEnd, endingTold } from '../shared/endings.ts';
import type { Report, Told } from '../shared/report.ts';
import type { Ended } from './status-change.ts';

/**
 * What is said of an operation once it has ended: what on-call was told last, with what came of what was still to
 * come then; and where nobody was told, how it ended.
 */
export function toldAtTheEnd(ended: Ended, told: Report | null): Told {
  if (told === null) return ended.status === 'SUCCEEDED' ? quietEnd(ended) : badEnd(ended, ended.status);
  const cameOf = afterIsolation(ended);
  if (cameOf === null) return told;
  const { headline, what, done, notDone, next } = told;
  // A mail about what is left was told with the outcomes themselves.
  if (what.includes('not all that follows')) return { headline, what, done, notDone, next };
  return { headline, what, done: [...done, ...cameOf.done], notDone: cameOf.notDone, next };
}

/** The closer's own telling may still be under way. */
const badEnd = ({ workflow, error, cause }: Ended, status: BadEnd): Told => ({
  ...endingTold(workflow, status, error, cause),
  next: [`Read the last mail of "${workflow}", and look at the execution.`],
});

/** Routine successes and those that something newer outran: nobody is told, and the report says it. */
function quietEnd({ workflow, output }: Ended): Told {
  const outcome = outcomeIn(output, 'outcome') ?? 'done';
  const reason = output['reason'];
  const plan = output['plan'];
  return {
    headline: `${workflow}: ${outcome}`,
    what: typeof reason === 'string' ? reason : `${workflow} ended as "${outcome}".`,
    done:
      Array.isArray(plan) || outcome in NOTHING_DONE ? [] : [`"${workflow}" came to its end: ${outcome}.`],
    notDone: Array.isArray(plan)
      ? plan.map((line) => `Dry run, so not done: ${String(line)}.`)
      : NOTHING_DONE[outcome] === undefined
        ? []
        : [NOTHING_DONE[outcome]],
    next: ['Nothing.'],
  };
}

const NOTHING_DONE: Readonly<Record<string, string>> = {
  'nothing-to-do': 'Nothing was to be done.',
  superseded: 'Something newer was decided, so nothing more was touched.',
};

/** What failover does once writes are good again; null for what is not such an end. */
function afterIsolation({ workflow, output }: Ended) {
  if (workflow !== 'failover' || output['outcome'] !== 'failed-over') return null;
  const lost = typeof output['lost'] === 'string' ? output['lost'] : 'the lost site';
  const did = [
    [outcomeIn(output, 'bridge'), BRIDGE],
    [outcomeIn(output, 'containment'), CONTAINMENT],
    [outcomeIn(output, 'database'), DATABASE],
  ] as const;
  const lines = did.flatMap(([outcome, words]) => {
    const known = outcome === null ? undefined : words[outcome];
    return known === null ? [] : [known ?? words['otherwise']!];
  });
  const said = (good: boolean) =>
    lines.filter((line) => line.good === good).map(({ line }) => line.replace('%', lost));
  return { done: said(true), notDone: said(false) };
}

type Words = Readonly<Record<string, { readonly good: boolean; readonly line: string } | null>>;

const BRIDGE: Words = {
  cut: { good: true, line: 'The bridge is cut: % can write nothing into the survivor.' },
  'not-configured': null,
  otherwise: { good: false, line: 'The bridge to % is not cut.' },
};
const CONTAINMENT: Words = {
  contained: { good: true, line: '% is contained.' },
  unreachable: { good: false, line: '% does not answer, so it is not contained yet: readiness does it.' },
  otherwise: { good: false, line: '% is not contained.' },
};
const DATABASE: Words = {
  moved: { good: true, line: 'Aurora was asked to move its writer to the survivor.' },
  'already-there': { good: true, line: "Aurora's writer is at the survivor already." },
  'not-configured': null,
  'not-asked': null,
  'failover-running': {
    good: false,
    line: 'Aurora was failing over already: whether its writer follows is not known.',
  },
  otherwise: { good: false, line: 'The database writer did not follow.' },
};

/** An outcome itself, or what a step answered with one. */
function outcomeIn(output: Readonly<Record<string, unknown>>, key: string): string | null {
  const value = output[key];
  if (typeof value === 'string') return value;
  if (value === null || typeof value !== 'object') return null;
  const { outcome } = value as { outcome?: unknown };
  return typeof outcome === 'string' ? outcome : null;
}
