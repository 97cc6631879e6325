import { machineFiles } from '../../lab/aws/machine-files.ts';

/** A state as it stands in the file; only what the tests read. */
export interface State {
  readonly Type: 'Task' | 'Choice' | 'Pass' | 'Wait' | 'Succeed' | 'Fail';
  readonly Resource?: string;
  readonly Next?: string;
  readonly End?: boolean;
  readonly Default?: string;
  readonly Choices?: readonly ({ readonly Next: string } & Readonly<Record<string, unknown>>)[];
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[] }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly ResultPath?: string;
  readonly Error?: string;
}

export interface Machine {
  readonly Comment?: string;
  readonly StartAt: string;
  readonly TimeoutSeconds?: number;
  readonly States: Readonly<Record<string, State>>;
}

export const machines: ReadonlyMap<string, Machine> = new Map(
  [...machineFiles()].map(([name, text]) => [name, JSON.parse(text) as Machine]),
);

export const statesOf = (machine: Machine): readonly (readonly [string, State])[] =>
  Object.entries(machine.States);

export const tasksOf = (machine: Machine): readonly string[] =>
  statesOf(machine).flatMap(([name, { Type }]) => (Type === 'Task' ? [name] : []));

/** One way out of a state. */
export interface Way {
  readonly from: string;
  readonly to: string;
  readonly kind: 'next' | 'choice' | 'catch';
}

export const waysOf = (machine: Machine): readonly Way[] =>
  statesOf(machine).flatMap(([from, state]): Way[] => [
    ...(state.Next === undefined ? [] : [{ from, to: state.Next, kind: 'next' } as const]),
    ...(state.Choices ?? []).map(({ Next }) => ({ from, to: Next, kind: 'choice' }) as const),
    ...(state.Default === undefined ? [] : [{ from, to: state.Default, kind: 'choice' } as const]),
    ...(state.Catch ?? []).map(({ Next }) => ({ from, to: Next, kind: 'catch' }) as const),
  ]);

/** States that can be reached from the start over these ways. */
export function reachable(machine: Machine, ways: readonly Way[]): ReadonlySet<string> {
  const found = new Set([machine.StartAt]);
  for (const state of found) {
    for (const { from, to } of ways) if (from === state) found.add(to);
  }
  return found;
}

/** The states of some cycle over these ways; null: there is none. */
export function cycle(ways: readonly Way[]): readonly string[] | null {
  let left = ways;
  for (;;) {
    const sources = new Set(left.map(({ from }) => from));
    const fewer = left.filter(({ to }) => sources.has(to));
    if (fewer.length === left.length) break;
    left = fewer;
  }
  return left.length === 0 ? null : [...new Set(left.map(({ from }) => from))];
}

/** A Choice that ends a loop by its counter. */
export const isBudget = (state: State): boolean =>
  state.Type === 'Choice' &&
  (state.Choices ?? []).some(
    (rule) =>
      typeof rule['NumericGreaterThanEquals'] === 'number' &&
      /^\$\.\w+\.count$/.test(String(rule['Variable'])),
  );

export const isTelling = (state: State): boolean =>
  state.Resource === '${NotificationFunction}' || state.Resource === '${CloserFunction}';
