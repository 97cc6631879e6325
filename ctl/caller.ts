import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Configuration } from '../functions/shared/configuration.ts';
import type { Clients, ControlEdge } from './edge.ts';
import { RefusedError } from './faults.ts';

/** Who types the command, as an approval or a reason names them. */
export interface Caller {
  readonly name: string;
  readonly arn: string;
}

/** @throws RefusedError when the credentials are of another account than the deployment */
export async function readCaller(
  clients: Clients,
  edge: ControlEdge,
  { accountId, deployment }: Configuration,
): Promise<Caller> {
  const { Account, Arn = '' } = await clients.sts.send(new GetCallerIdentityCommand({}));
  if (Account !== accountId) {
    throw new RefusedError(
      `These AWS credentials are of account ${Account}, and ${deployment} is in account ${accountId}.`,
      'Name the right profile by AWS_PROFILE, or another configuration by --config.',
    );
  }
  return { arn: Arn, name: nameIn(Arn) ?? edge.userName() };
}

/** `…:user/path/name` and `…:assumed-role/role/session`; the root user has no name. */
const nameIn = (arn: string): string | null =>
  /^arn:[^:]*:(?:iam|sts)::\d*:(?:user|assumed-role|federated-user)\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1] ??
  null;
