import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  SetAlarmStateCommand,
  type StateValue,
} from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  DescribeExecutionCommand,
  type DescribeExecutionOutput,
  type ExecutionListItem,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import type { Ledger } from '../../functions/ledger/ledger.ts';
import { LedgerStore } from '../../functions/ledger/store.ts';
import type { Workflow } from '../../functions/shared/names.ts';
import {
  endpointAlarmName,
  HEALTH_CHECK_REGION,
  machineArn,
  onCallTopicArn,
} from '../../infra/configuration/names.ts';
import { runtimeConfiguration } from '../../infra/configuration/runtime.ts';
import type { ExistingInstallation } from '../../infra/configuration/schema.ts';
import type { SnsEvent } from '../aws/alarms/alarm-event.ts';
import type { Emulator } from './emulator.ts';

/** The account in the emulator, as a person uses it: by the SDK's own clients. */
export class Account {
  readonly #deployment: ExistingInstallation;
  readonly #sfn: SFNClient;
  readonly #alarms: CloudWatchClient;
  readonly #secrets: SecretsManagerClient;
  readonly #sns: (region: string) => SNSClient;
  readonly #store: LedgerStore;

  constructor(deployment: ExistingInstallation, { url, environment }: Emulator) {
    this.#deployment = deployment;
    const credentials = {
      accessKeyId: environment['AWS_ACCESS_KEY_ID']!,
      secretAccessKey: environment['AWS_SECRET_ACCESS_KEY']!,
    };
    this.#sns = (region) => new SNSClient({ region, endpoint: url, credentials });
    const here = { region: deployment.region, endpoint: url, credentials };
    this.#sfn = new SFNClient(here);
    this.#secrets = new SecretsManagerClient(here);
    this.#alarms = new CloudWatchClient({ ...here, region: HEALTH_CHECK_REGION });
    this.#store = new LedgerStore({
      configuration: runtimeConfiguration(deployment),
      dynamodb: new DynamoDBClient(here),
      now: () => new Date(),
    });
  }

  ledger(): Promise<Ledger | null> {
    return this.#store.read();
  }

  async createSecret(name: string, value: string): Promise<void> {
    await this.#secrets.send(new CreateSecretCommand({ Name: name, SecretString: value }));
  }

  /**
   * Brings an alarm there into the state that it would have, and publishes what CloudWatch would: the emulator's own
   * message names dimensions otherwise than CloudWatch, and is not acted on.
   * @param event as the lab's CloudWatch sends it
   */
  async alarmChanged({ Records: [record] }: SnsEvent): Promise<void> {
    const { TopicArn, Subject, Message } = record!.Sns;
    const { AlarmName, NewStateValue, NewStateReason } = JSON.parse(Message) as Record<string, string>;
    await this.#alarms.send(
      new SetAlarmStateCommand({
        AlarmName,
        StateValue: NewStateValue as StateValue,
        StateReason: NewStateReason,
      }),
    );
    await this.#sns(HEALTH_CHECK_REGION).send(new PublishCommand({ TopicArn, Subject, Message }));
  }

  async endpointAlarm(site: string): Promise<string> {
    const { MetricAlarms = [] } = await this.#alarms.send(
      new DescribeAlarmsCommand({ AlarmNames: [endpointAlarmName(this.#deployment, site)] }),
    );
    return MetricAlarms[0]?.StateValue ?? 'missing';
  }

  /** @param url is sent a confirmation first */
  async subscribeOnCall(url: string): Promise<void> {
    const TopicArn = onCallTopicArn(this.#deployment);
    const input = { TopicArn, Protocol: 'http', Endpoint: url };
    await this.#sns(this.#deployment.region).send(new SubscribeCommand(input));
  }

  async start(workflow: Workflow, input: unknown): Promise<string> {
    const { executionArn } = await this.#sfn.send(
      new StartExecutionCommand({
        stateMachineArn: machineArn(this.#deployment, workflow),
        input: JSON.stringify(input),
      }),
    );
    return executionArn!;
  }

  describe(executionArn: string): Promise<DescribeExecutionOutput> {
    return this.#sfn.send(new DescribeExecutionCommand({ executionArn }));
  }

  async executions(workflow: Workflow): Promise<readonly ExecutionListItem[]> {
    const { executions = [] } = await this.#sfn.send(
      new ListExecutionsCommand({ stateMachineArn: machineArn(this.#deployment, workflow) }),
    );
    return executions;
  }
}
