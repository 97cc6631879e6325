import { DescribeStateMachineCommand } from '@aws-sdk/client-sfn';
import { type Check, fail, pass } from '../../functions/readiness/report.ts';
import { stateMachineArn } from '../../functions/shared/executions.ts';
import { WORKFLOWS } from '../../functions/shared/names.ts';
import type { Context } from '../command.ts';
import { unlessRefused } from './unless-refused.ts';

const MACHINES = [...WORKFLOWS, 'run-batch'] as const;

/** The workflows are there. */
export function machineChecks(context: Context): Promise<readonly Check[]> {
  const { clients, configuration } = context;
  return unlessRefused(context, 'workflows', 'configuration', async () => {
    const missing: string[] = [];
    await Promise.all(
      MACHINES.map(async (machine) => {
        const arn = stateMachineArn(configuration, machine);
        try {
          await clients.sfn.send(new DescribeStateMachineCommand({ stateMachineArn: arn }));
        } catch (fault) {
          if (!(fault instanceof Error) || fault.name !== 'StateMachineDoesNotExist') throw fault;
          missing.push(machine);
        }
      }),
    );
    if (missing.length === 0)
      return [pass('workflows', 'configuration', `All ${MACHINES.length} workflows are there.`)];
    return [
      fail(
        'workflows',
        'configuration',
        `There is no workflow ${missing.toSorted().join(', ')}.`,
        `Deploy ${configuration.deployment} to ${configuration.region}: npx cdk deploy --all`,
      ),
    ];
  });
}

/** The ledger is there, and somebody has said who serves. */
export function ledgerChecks(context: Context): Promise<readonly Check[]> {
  const { store, configuration } = context;
  return unlessRefused(context, 'adopted', 'ledger', async () =>
    (await store.read()) === null
      ? [
          fail(
            'adopted',
            'ledger',
            `${configuration.ledgerTable} holds no ledger: automation decides nothing.`,
            'npm run ctl -- adopt --serving <the site that serves>',
          ),
        ]
      : [pass('adopted', 'ledger', `${configuration.deployment} was adopted.`)],
  );
}
