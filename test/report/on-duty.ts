import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { GetExecutionHistoryCommandInput, HistoryEvent, SFNClient } from '@aws-sdk/client-sfn';
import { unmarshall } from '@aws-sdk/util-dynamodb';
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
