import type { Defect } from './defect.ts';
import type { Outcome } from './search.ts';

export interface Found {
  readonly defect: Defect;
  readonly outcome: Outcome;
}

const count = (histories: number): string => `${histories} ${histories === 1 ? 'history' : 'histories'}`;

export function oneLine({ defect, outcome: { invariant, what, histories, history } }: Found): string {
  if (invariant === null) return `NOT FOUND after ${count(histories)}: ${defect.name}`;
  return `${defect.name}\n  by ${invariant} after ${count(histories)}: ${what}\n  ${history}`;
}

/** The table of docs/reliability.md. */
export function markdown(all: readonly Found[]): string {
  const rows = all.map(({ defect, outcome: { invariant, histories, history } }) =>
    invariant === null
      ? `| ${defect.name} | not found | ${histories} | |`
      : `| ${defect.name} | ${invariant} | ${histories} | ${inWords(history)} |`,
  );
  return ['| it … | found by | after histories | smallest history |', '|---|---|--:|---|', ...rows].join(
    '\n',
  );
}

function inWords(line: string): string {
  const { story, troubles } = JSON.parse(line) as {
    readonly story: string;
    readonly troubles: readonly { readonly at: number; readonly kind: string }[];
  };
  const told = troubles.map(({ at, kind }) => `at call ${at} ${kind}`);
  return `${story}: ${told.length === 0 ? 'nothing goes wrong' : told.join('; ')}`;
}
