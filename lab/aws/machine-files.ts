import { readdirSync, readFileSync } from 'node:fs';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import type { Configuration } from '../../functions/shared/configuration.ts';

/** The functions that the machines call. Each is a placeholder `${LedgerFunction}` in the files. */
export const FUNCTIONS = [
  'reconcile',
  'ledger',
  'traffic',
  'data-grid',
  'keycloak',
  'database',
  'notification',
  'closer',
  'readiness',
] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** What a machine's ARN is made of. */
export type Deployment = Pick<Configuration, 'deployment' | 'region' | 'accountId'>;

export const stateMachineArn = ({ deployment, region, accountId }: Deployment, machine: string): string =>
  `arn:aws:states:${region}:${accountId}:stateMachine:${deployment}-${machine}`;

export const functionArn = ({ deployment, region, accountId }: Deployment, name: FunctionName): string =>
  `arn:aws:lambda:${region}:${accountId}:function:${deployment}-${name}`;

const inPascalCase = (name: string): string =>
  name.replace(/(^|-)(\w)/g, (_, __, letter) => letter.toUpperCase());

/** The placeholders of the files and what stands for them in this deployment. */
export function substitutions(deployment: Deployment, machines: readonly string[]): Record<string, string> {
  return Object.fromEntries([
    ...FUNCTIONS.map((name) => [`${inPascalCase(name)}Function`, functionArn(deployment, name)]),
    ...machines.map((name) => [`${inPascalCase(name)}Machine`, stateMachineArn(deployment, name)]),
  ]);
}

const FOLDER = new URL('../../statemachines/', import.meta.url);
const SUFFIX = '.asl.json';

/** The text of each file of `statemachines/`, by the machine's name. */
export const machineFiles = (): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(FOLDER)
      .filter((file) => file.endsWith(SUFFIX))
      .sort()
      .map((file) => [file.slice(0, -SUFFIX.length), readFileSync(new URL(file, FOLDER), 'utf8')]),
  );

const FILLED = new Map<string, ReadonlyMap<string, StateMachineDefinition>>();

/**
 * The very files that are deployed, with their placeholders filled in as the deployment does it.
 * @throws Error for a placeholder that nothing stands for
 */
export function machineDefinitions(deployment: Deployment): ReadonlyMap<string, StateMachineDefinition> {
  const key = stateMachineArn(deployment, '');
  const before = FILLED.get(key);
  if (before !== undefined) return before;
  const files = machineFiles();
  const known = substitutions(deployment, [...files.keys()]);
  const definitions = new Map(
    [...files].map(([machine, text]) => {
      const filled = text.replace(/\$\{(\w+)\}/g, (_, placeholder: string) => {
        const value = known[placeholder];
        if (value === undefined) throw new Error(`${machine}${SUFFIX}: nothing stands for ${placeholder}.`);
        return value;
      });
      return [machine, JSON.parse(filled) as StateMachineDefinition];
    }),
  );
  FILLED.set(key, definitions);
  return definitions;
}
