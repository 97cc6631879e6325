import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { GetExecutionHistoryCommandInput, HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { createNotification } from '../../functions/notification/notification.ts';
import { createReport } from '../../functions/report/report.ts';
import type { OperationReport } from '../../functions/shared/report.ts';
import { EventBus } from '../../lab/aws/event-bus.ts';
import { inMemoryClient } from '../../lab/aws/in-memory-client.ts';
import { Measurements } from '../../lab/aws/measurements.ts';
import type { Service } from '../../lab/aws/service.ts';
import { configurationWith } from '../machines/deployment.ts';
import { OnCall } from '../notification/on-call.ts';

export const BEGINNING = Date.UTC(2026, 0, 5, 12, 0, 0);
export const clock = (second: number) => new Date(BEGINNING + second * 1000).toISOString();

export const executionOf = (workflow: string, name: string) =>
  `arn:aws:states:eu-central-1:123456789012:execution:sso-${workflow}:${name}`;

/** The person with the mailbox, and what is reported of the operations. */
export class OnDuty extends OnCall {
  readonly bus = new EventBus();
  readonly measurements = new Measurements();
  /** Asked for, page by page. */
  readonly asked: GetExecutionHistoryCommandInput[] = [];
  history: readonly (readonly HistoryEvent[])[] = [];

  report(event: unknown) {
    const stepFunctions: Service = {
      name: 'Step Functions',
      operations: { GetExecutionHistory: (input: GetExecutionHistoryCommandInput) => this.#page(input) },
    };
    return createReport({
      ...this.edge,
      configuration: configurationWith(),
      sfn: inMemoryClient<SFNClient>(stepFunctions),
      eventbridge: inMemoryClient<EventBridgeClient>(this.bus.service),
      measure: this.measurements.measure,
    })(event);
  }

  get reports(): readonly OperationReport[] {
    return this.items.filter(({ id }) => id.startsWith('operation#'));
  }

  get items(): readonly OperationReport[] {
    return [...this.reportsTable.backup().values()].map((item) => unmarshall(item) as OperationReport);
  }

  #page(input: GetExecutionHistoryCommandInput) {
    this.asked.push(input);
    const page = Number(input.nextToken ?? 0);
    const more = page + 1 < this.history.length;
    return { events: this.history[page] ?? [], ...(more ? { nextToken: String(page + 1) } : {}) };
  }
}

export const onDuty = async (): Promise<OnDuty> => (await new OnDuty().begins()) as OnDuty;

export const statusChange = (
  execution: string,
  status: string,
  seconds: readonly [number, number],
  more: object = {},
) => ({
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  detail: {
    executionArn: execution,
    status,
    startDate: BEGINNING + seconds[0] * 1000,
    stopDate: BEGINNING + seconds[1] * 1000,
    input: '{}',
    output: null,
    error: null,
    cause: null,
    ...more,
  },
});

/** A task that took from one second to the other. */
export const step = (name: string, from: number, to: number): readonly HistoryEvent[] =>
  [
    {
      id: 1,
      type: 'TaskStateEntered',
      timestamp: new Date(BEGINNING + from * 1000),
      stateEnteredEventDetails: { name },
    },
    {
      id: 1,
      type: 'TaskStateExited',
      timestamp: new Date(BEGINNING + to * 1000),
      stateExitedEventDetails: { name },
    },
  ] as readonly HistoryEvent[];

export const FAILOVER = executionOf('failover', 'failover-e2-1');
const LOSS = { outcome: 'act', reason: 'alarm x says that its endpoint is down', since: clock(0) };
const FAILED_OVER = {
  outcome: 'failed-over',
  serving: 'site-a',
  lost: 'site-b',
  bridge: { outcome: 'not-configured' },
  containment: { outcome: 'unreachable' },
  database: { outcome: 'failed', reason: 'RDS is busy' },
};

const tellsIsolated = (person: OnDuty, execution = FAILOVER) =>
  createNotification(person.edge)({
    action: 'tell',
    about: 'failover-isolated',
    workflow: 'failover',
    execution,
    details: { serving: 'site-a', lost: 'site-b', decision: LOSS },
  });

/** A failover that was decided at second 2 and isolated the lost site at `good`. */
export async function failsOver(person: OnDuty, good: number, execution = FAILOVER) {
  person.history = [
    [...step('Decide', 1, 2), ...step('Take the lost site offline', 3, good)],
    [...step('Tell on-call', good, good), ...step('Contain the lost site', good, good + 8)],
  ];
  await tellsIsolated(person, execution);
  return statusChange(execution, 'SUCCEEDED', [1, good + 10], { output: JSON.stringify(FAILED_OVER) });
}

/** One that isolated the lost site after 41 s, reported. */
export async function failedOver(): Promise<OnDuty> {
  const person = await onDuty();
  await person.report(await failsOver(person, 41));
  return person;
}
