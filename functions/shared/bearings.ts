import type { Bearings } from './log.ts';

/**
 * The execution and the epoch that an invocation works for, as its event shows them: a machine's step names its
 * execution or the operation that it acts for, the rule on ended executions names the one that ended.
 */
export function bearingsOf(event: unknown): Bearings {
  const input = fieldsOf(event);
  const operation = fieldsOf(input['operation'] ?? fieldsOf(input['input'])['operation']);
  const named = [
    input['execution'],
    input['owner'],
    operation['owner'],
    fieldsOf(input['detail'])['executionArn'],
  ];
  return {
    execution: named.find((each) => typeof each === 'string') ?? null,
    epoch: [operation['epoch'], input['epoch']].find((each) => typeof each === 'number') ?? null,
  };
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
