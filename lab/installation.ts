import type { HealthCheckConfig } from '@aws-sdk/client-route-53';
import type { Configuration } from '../functions/shared/configuration.ts';
import type { SiteName, Workflow } from '../functions/shared/names.ts';
import { CloudWatch } from './aws/alarms/cloudwatch.ts';
import { configuredAlarms } from './aws/alarms/configured-alarms.ts';
import { Aurora } from './aws/aurora.ts';
import type { Item } from './aws/dynamodb/item.ts';
import { EventBus } from './aws/event-bus.ts';
import { FUNCTIONS, type FunctionName } from './aws/machine-files.ts';
import { Mailbox } from './aws/mailbox.ts';
import { Measurements } from './aws/measurements.ts';
import type { Probe } from './aws/route-53/checkers.ts';
import { RequestLimit } from './aws/route-53/request-limit.ts';
import { Route53 } from './aws/route-53/route-53.ts';
import { Secrets } from './aws/secrets.ts';
import { StepFunctions, type StepFunctionsOptions } from './aws/step-functions.ts';
import type { Execution, StatusChange } from './aws/step-functions-records.ts';
import { CLIENT_DOMAIN, domainOf, SITE_A, SITE_B } from './configuration.ts';
import type { ExecutionView, WorldEvent } from './drill/world.ts';

/** Called by what happens, not by a machine. */
const LISTENERS = ['report', 'changes'] as const;
export type DeployedName = FunctionName | (typeof LISTENERS)[number];
export const DEPLOYED: readonly DeployedName[] = [...FUNCTIONS, ...LISTENERS];
export type Functions = Readonly<Record<DeployedName, (event: unknown) => Promise<unknown>>>;

export interface InstallationOptions extends Hooks {
  readonly configuration: Configuration;
  readonly functions: Functions;
  readonly probe: Probe;
  /** Whether a site is in the cross-site view, by what the other one says; null while that one is silent. */
  readonly isInView: (site: SiteName) => boolean | null;
  /** Only the guide's records, each following its endpoint check; no alarm reaches anything, nothing is swept. */
  readonly unaided: boolean;
  readonly tokens: Readonly<Record<string, string>>;
  readonly onEvent: (event: WorldEvent) => void;
  /** What comes between an alarm and the function that it calls; absent: nothing. */
  readonly onItsWay?: ((arrive: () => void) => void) | undefined;
  /** Other times than a rehearsal's. */
  readonly pace?: Pace | undefined;
  /** That Route 53 answers; absent: as many as it does. */
  readonly requestsPerSecond?: number | undefined;
}

/** What a test or a proof changes of the machines, or hears of them. */
type Hooks = {
  readonly [Name in 'definitions' | 'aroundTask' | 'onLog']?: StepFunctionsOptions[Name] | undefined;
};

/** How often alarms are evaluated, the sweep and readiness called, and looked whether somebody approved. */
interface Pace {
  readonly alarmPeriodSeconds: number;
  readonly scheduleSeconds: number;
  readonly approvalLookSeconds?: number;
}

/**
 * AWS evaluates the alarms of health checks every 60 s and calls the sweep and readiness every minute. A rehearsal
 * does so every ten and fifteen seconds, and checks endpoints every ten where it is thirty by default: up to 70 s are
 * to be added to what it shows, and the report says so.
 */
export const ALARM_PERIOD_SECONDS = 10;
export const SCHEDULE_SECONDS = 15;
export const ENDPOINT_CHECK_SECONDS = 10;
/** Deployed it is a minute, which is long enough for a person to have pressed a button. */
export const APPROVAL_LOOK_SECONDS = 5;

/** The alarm of a message that says that it went off; null: it says that one is over. */
function alarmThatWentOff(message: string): string | null {
  const { AlarmName, NewStateValue } = JSON.parse(message) as Readonly<Record<string, string>>;
  return NewStateValue === 'ALARM' ? AlarmName! : null;
}

const endpointCheck = (site: SiteName): HealthCheckConfig => ({
  Type: 'HTTP',
  FullyQualifiedDomainName: domainOf(site),
  ResourcePath: '/lb-check',
  RequestInterval: ENDPOINT_CHECK_SECONDS,
  FailureThreshold: 1,
});

const switchCheck = (site: SiteName, threshold: number): HealthCheckConfig => ({
  Type: 'CALCULATED',
  ChildHealthChecks: [`endpoint-${site}`],
  HealthThreshold: threshold,
});

/** The product as it is deployed, and what AWS does around it, in one process. Both worlds of the drill stand on it. */
export class Installation {
  readonly route53: Route53;
  /** Of Route 53, for the whole account. */
  readonly requestLimit: RequestLimit;
  readonly cloudwatch: CloudWatch;
  readonly mailbox: Mailbox;
  /** What simulated functions measure; bundles print it. */
  readonly measurements = new Measurements();
  readonly aurora: Aurora;
  readonly secrets: Secrets;
  readonly engine: StepFunctions;
  readonly eventBus = new EventBus();
  readonly #options: InstallationOptions;
  readonly #lastOfEachAlarm = new Map<string, unknown>();
  #stopped = false;
  #writes = 0;
  readonly #toCallAgain: string[] = [];
  /** When *reconcile* was called once more over an alarm that it had failed over, in milliseconds since the epoch. */
  calledAgainAt = Number.NEGATIVE_INFINITY;

  constructor(options: InstallationOptions) {
    this.#options = options;
    this.requestLimit = new RequestLimit(options.requestsPerSecond);
    const { configuration, unaided } = options;
    const zoneOf = (site: SiteName) =>
      configuration.sites.find(({ name }) => name === site)!.availabilityZone!;
    const record = (site: SiteName) => ({
      target: domainOf(site),
      healthCheckId: unaided ? `endpoint-${site}` : `switch-${site}`,
    });
    this.route53 = new Route53({
      healthChecks: {
        'endpoint-site-a': endpointCheck(SITE_A),
        'endpoint-site-b': endpointCheck(SITE_B),
        'switch-site-a': switchCheck(SITE_A, 1),
        'switch-site-b': switchCheck(SITE_B, 0),
      },
      records: [
        {
          hostedZoneId: 'Z0LAB',
          name: CLIENT_DOMAIN,
          ttlSeconds: configuration.traffic.recordTtlSeconds,
          primary: record(SITE_A),
          secondary: record(SITE_B),
        },
      ],
      checkers: 3,
      probe: options.probe,
    });
    this.mailbox = new Mailbox([configuration.notification.topicArn]);
    this.secrets = new Secrets(options.tokens);
    this.aurora = new Aurora({
      clusterIdentifier: configuration.database!.clusterIdentifier,
      instances: { 'aurora-a': zoneOf(SITE_A), 'aurora-b': zoneOf(SITE_B) },
      writer: 'aurora-a',
    });
    this.cloudwatch = new CloudWatch({
      accountId: configuration.accountId,
      topicName: 'keycloak-alarms',
      periodSeconds: options.pace?.alarmPeriodSeconds ?? ALARM_PERIOD_SECONDS,
      samplesPerPeriod: 5,
      alarms: configuredAlarms(configuration, {
        isHealthy: (id) => this.route53.isHealthy(id),
        isInView: options.isInView,
      }),
      deliver: (event) => {
        for (const { Sns } of event.Records) {
          const name = alarmThatWentOff(Sns.Message);
          if (name !== null) this.#lastOfEachAlarm.set(name, event);
        }
        const arrive = () => void this.#invokeReconcile(event);
        if (unaided) return;
        if (options.onItsWay === undefined) arrive();
        else options.onItsWay(arrive);
      },
    });
    this.engine = new StepFunctions({
      deployment: configuration,
      functions: options.functions,
      ...(options.definitions === undefined ? {} : { definitions: options.definitions }),
      ...(options.aroundTask === undefined ? {} : { aroundTask: options.aroundTask }),
      waitTimeOverrides: {
        'Wait a minute': (options.pace?.approvalLookSeconds ?? APPROVAL_LOOK_SECONDS) * 1000,
      },
      onStatusChange: (event) => this.#onStatusChange(event),
      onLog: (execution, entry) => {
        options.onLog?.(execution, entry);
        if (entry.type === 'StateEntered' && 'state' in entry && !UNTOLD.has(execution.machine)) {
          if (entry.state.type === 'Task') this.#tell('state', `${execution.machine}: ${entry.state.name}`);
        }
      },
    });
    this.#listen();
  }

  /** Checkers probe and alarms are evaluated from now on. */
  start(): void {
    this.route53.start();
    this.cloudwatch.start();
  }

  /** From now on the product is called every so often, as by its schedule. */
  startSchedule(): void {
    // Whether or not the one before has ended, or is tried again: a rule does not ask.
    this.#every(this.#options.pace?.scheduleSeconds ?? SCHEDULE_SECONDS, () => {
      void this.#invokeReconcile(SCHEDULED_EVENT);
      this.startExecution('readiness', { check: 'while-not-in-sync' });
    });
  }

  /**
   * A function that failed will be called once more, or is being called so.
   * @param name absent: any
   */
  isCallingAgain(name?: DeployedName): boolean {
    return name === undefined ? this.#toCallAgain.length > 0 : this.#toCallAgain.includes(name);
  }

  /** Of each alarm that went off, the last message about that, as it was delivered. */
  get wentOff(): readonly unknown[] {
    return [...this.#lastOfEachAlarm.values()];
  }

  /** SNS delivers at least once: a message comes once more. */
  deliverAgain(event: unknown): void {
    void this.#invokeReconcile(event);
  }

  stop(): void {
    this.#stopped = true;
    this.cloudwatch.stop();
    this.route53.stop();
    this.aurora.stop();
    for (const { executionArn } of this.engine.listExecutions()) this.engine.stopExecution(executionArn);
  }

  startExecution(workflow: Workflow, input: unknown): string {
    return this.engine.startExecution(workflow, input).executionArn;
  }

  /** @throws Error when the workflow did not end well */
  async run(workflow: Workflow, input: unknown): Promise<void> {
    const { status, cause } = await this.engine.ended(this.startExecution(workflow, input));
    if (status !== 'SUCCEEDED') throw new Error(`${workflow} ended as ${status}: ${cause}`);
  }

  executions(): readonly ExecutionView[] {
    return this.engine
      .listExecutions()
      .filter(({ machine }) => machine !== 'run-batch')
      .map(({ executionArn, machine, status, output, error, cause, startDate, stopDate }) => ({
        arn: executionArn,
        workflow: machine as Workflow,
        status,
        output: status === 'SUCCEEDED' ? output : { error, cause },
        startedAt: startDate.getTime(),
        endedAt: stopDate?.getTime() ?? null,
      }));
  }

  #every(seconds: number, work: () => void): void {
    const round = () => {
      if (this.#stopped) return;
      work();
      setTimeout(round, seconds * 1000);
    };
    setTimeout(round, seconds * 1000);
  }

  async #invokeReconcile(event: unknown): Promise<void> {
    if (this.#stopped) return;
    const what = event === SCHEDULED_EVENT ? 'sweep' : 'reconcile';
    try {
      const { outcome, because, execution } = (await this.#invoke('reconcile', event)) as {
        outcome: string;
        because?: string;
        execution?: string | null;
      };
      if (what === 'sweep' && (execution ?? null) === null) return;
      const started =
        execution === null || execution === undefined ? '' : ` → ${execution.split(':').slice(-2).join(' ')}`;
      this.#tell('decision', `${what}: ${because ?? outcome}${started}`);
    } catch (error) {
      this.#tell('decision', `${what} failed: ${(error as Error).name}: ${(error as Error).message}`);
    }
  }

  #onStatusChange(event: StatusChange): void {
    const { status, executionArn, error, cause } = event.detail;
    const workflow = executionArn
      .split(':')
      .at(-2)!
      .replace(`${this.#options.configuration.deployment}-`, '');
    if (workflow !== 'run-batch' && !(workflow === 'readiness' && status !== 'FAILED')) {
      const why = status === 'FAILED' ? `: ${error} ${cause ?? ''}` : '';
      this.#tell('execution', `${workflow} ${STATUS_WORDS[status]}${why}`);
    }
    if (this.#stopped) return;
    const call = (name: 'closer' | 'report' | 'data-grid') =>
      this.#invoke(name, event).catch((failure: Error) =>
        this.#tell('execution', `The function ${name} failed: ${failure.message}`),
      );
    const badly = ['FAILED', 'TIMED_OUT', 'ABORTED'].includes(status);
    if (badly) void call('closer');
    if (badly && workflow === 'run-batch') void call('data-grid');
    if (status !== 'RUNNING' && workflow !== 'run-batch') void call('report');
  }

  /** As the stream of the ledger's table calls it. */
  ledgerWritten(before: Item | null, after: Item): void {
    if (this.#stopped) return;
    this.#writes += 1;
    const change = {
      ApproximateCreationDateTime: Math.floor(Date.now() / 1000),
      SequenceNumber: String(this.#writes).padStart(21, '0'),
      StreamViewType: 'NEW_AND_OLD_IMAGES',
      Keys: { deployment: after['deployment'] },
      ...(before === null ? {} : { OldImage: before }),
      NewImage: after,
    };
    const record = {
      eventName: before === null ? 'INSERT' : 'MODIFY',
      eventSource: 'aws:dynamodb',
      dynamodb: change,
    };
    this.#options.functions
      .changes({ Records: [record] })
      .catch((failure: Error) => this.#tell('decision', `The function changes failed: ${failure.message}`));
  }

  /** Asynchronously, as SNS and EventBridge do: Lambda calls a function that failed again after one and two minutes. */
  async #invoke(
    name: 'reconcile' | 'closer' | 'report' | 'data-grid',
    event: unknown,
    [seconds, ...later]: readonly number[] = [60, 120],
  ): Promise<unknown> {
    try {
      return await this.#options.functions[name](event);
    } catch (error) {
      if (seconds === undefined) throw error;
      this.#toCallAgain.push(name);
      try {
        await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
        if (name === 'reconcile' && event !== SCHEDULED_EVENT) this.calledAgainAt = Date.now();
        return this.#stopped ? { outcome: 'nothing' } : await this.#invoke(name, event, later);
      } finally {
        this.#toCallAgain.splice(this.#toCallAgain.indexOf(name), 1);
      }
    }
  }

  #listen(): void {
    const siteOf = (id: string) => (id.endsWith(SITE_A) ? SITE_A : SITE_B);
    this.route53.onStatusChange(({ id, healthy }) => {
      if (!id.startsWith('endpoint-')) return;
      this.#tell(
        'health-check',
        `Route 53's checkers find the endpoint of ${siteOf(id)} ${healthy ? 'healthy' : 'unhealthy'}.`,
        siteOf(id),
      );
    });
    this.route53.onWrite((check, before) => {
      const position = ({ config }: typeof check) =>
        POSITION_WORDS[config.HealthThreshold ?? -1] ?? 'unknown';
      this.#tell(
        'traffic-write',
        `The switch of ${siteOf(check.id)}: ${position(before)} → ${position(check)}.`,
        siteOf(check.id),
      );
    });
    this.cloudwatch.onChange(({ name, state, before }) => {
      if (before === 'INSUFFICIENT_DATA' && state === 'OK') return;
      this.#tell('alarm', `Alarm ${name} is ${state}.`);
    });
    this.mailbox.onMail(({ subject }) => this.#tell('mail', `Mail to on-call: ${subject}`));
  }

  #tell(kind: WorldEvent['kind'], text: string, site?: SiteName): void {
    if (this.#stopped) return;
    this.#options.onEvent({ at: Date.now(), kind, text, ...(site === undefined ? {} : { site }) });
  }
}

/** Steps that come so often that they would drown the rest. */
const UNTOLD: ReadonlySet<string> = new Set(['run-batch', 'readiness']);

const STATUS_WORDS: Readonly<Record<Execution['status'], string>> = {
  RUNNING: 'begins',
  SUCCEEDED: 'has ended',
  FAILED: 'has failed',
  TIMED_OUT: 'has timed out',
  ABORTED: 'was stopped',
};

const POSITION_WORDS: Readonly<Record<number, string>> = { 0: 'pinned', 1: 'follows', 2: 'fenced' };

/** As EventBridge calls a target by its schedule. */
const SCHEDULED_EVENT = {
  version: '0',
  id: 'lab-schedule',
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: '123456789012',
  time: '2026-01-01T00:00:00Z',
  region: 'eu-west-1',
  resources: ['arn:aws:events:eu-west-1:123456789012:rule/keycloak-sweep'],
  detail: {},
};
