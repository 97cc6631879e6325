import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { parseDeployment } from '../../infra/configuration/parse.ts';
import type { DeploymentConfiguration } from '../../infra/configuration/schema.ts';
import { FUNCTION_NAMES } from '../../infra/constructs/functions.ts';
import { createStacks, type Stacks } from '../../infra/stacks/stacks.ts';

/** Milliseconds at most: some seconds by itself, more beside other tests. */
export const SYNTHESIS_TAKES = 240_000;

const ROOT = new URL('../../', import.meta.url);

/** One of the examples as a person would change it. */
export function example(
  installation: 'existing' | 'new',
  change: (file: Record<string, never>) => void = () => {},
): DeploymentConfiguration {
  const text = readFileSync(new URL(`infra/examples/${installation}/failover.config.json`, ROOT), 'utf8');
  const file = JSON.parse(text);
  change(file);
  return parseDeployment(file);
}

/** The first site's token and the second one's. */
export const withTokens =
  (...tokens: readonly object[]) =>
  (file: object): void => {
    const { sites } = file as { sites: { cluster: { token: object } }[] };
    for (const [index, token] of tokens.entries()) sites[index]!.cluster.token = token;
  };

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: what CloudFormation takes has no type here
  readonly Properties: any;
  readonly DeletionPolicy?: string;
}

export interface Synthesized {
  /** The resources of each stack with every reference filled in by what it would be, by logical id. */
  readonly workflow: Readonly<Record<string, Resource>>;
  readonly alarms: Readonly<Record<string, Resource>>;
  readonly routing: Readonly<Record<string, Resource>>;
  /** Region of each stack. */
  readonly regions: Readonly<Record<string, string>>;
  /** The template of each stack, letter by letter. */
  readonly templates: Readonly<Record<string, string>>;
}

/** Synthesizes without an account, with bundles that hold nothing; throws what cdk-nag finds. */
export function synthesize(
  deployment: DeploymentConfiguration,
  add: (stacks: Stacks) => void = () => {},
): Synthesized {
  const folder = mkdtempSync(join(tmpdir(), 'synthesis-'));
  try {
    for (const name of FUNCTION_NAMES) {
      mkdirSync(join(folder, 'dist', name), { recursive: true });
      writeFileSync(join(folder, 'dist', name, 'index.mjs'), '');
    }
    const { context } = JSON.parse(readFileSync(fileURLToPath(new URL('cdk.json', ROOT)), 'utf8'));
    const app = new App({ outdir: join(folder, 'cdk.out'), context });
    const stacks = createStacks(app, deployment, join(folder, 'dist'));
    add(stacks);
    const assembly = app.synth();
    const resources = (stack: { readonly artifactId: string } | null): Record<string, Resource> =>
      stack === null ? {} : resolved(assembly.getStackArtifact(stack.artifactId).template.Resources);
    return {
      workflow: resources(stacks.workflow),
      alarms: resources(stacks.alarms),
      routing: resources(stacks.routing),
      regions: Object.fromEntries(
        assembly.stacks.map(({ stackName, environment }) => [stackName, environment.region]),
      ),
      templates: Object.fromEntries(
        assembly.stacks.map(({ stackName, templateFullPath }) => [
          stackName,
          readFileSync(templateFullPath, 'utf8'),
        ]),
      ),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What each kind of resource is called in an ARN or by a reference, which is all that the tests look at. */
function nameOf({ Type, Properties }: Resource, logicalId: string): string {
  switch (Type) {
    case 'AWS::Lambda::Function':
      return `function:${Properties.FunctionName ?? logicalId}`;
    case 'AWS::StepFunctions::StateMachine':
      return `machine:${Properties.StateMachineName}`;
    case 'AWS::DynamoDB::Table':
      return `table:${Properties.TableName}`;
    case 'AWS::SNS::Topic':
      return `topic:${Properties.TopicName}`;
    case 'AWS::SQS::Queue':
      return `queue:${Properties.QueueName}`;
    case 'AWS::Logs::LogGroup':
      return `log-group:${Properties.LogGroupName}`;
    case 'AWS::Events::Rule':
      return `rule:${Properties.Name}`;
    default:
      return logicalId;
  }
}

/** With every reference filled in by what it would be. */
export function resolved(resources: Record<string, Resource>): Record<string, Resource> {
  const byId = (id: string) => (resources[id] === undefined ? id : nameOf(resources[id], id));
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (value === null || typeof value !== 'object') return value;
    const node = value as Record<string, unknown>;
    if (typeof node['Ref'] === 'string') return byId(node['Ref']);
    const attribute = node['Fn::GetAtt'];
    if (Array.isArray(attribute)) return byId(String(attribute[0]));
    if (typeof node['Fn::ImportValue'] === 'string')
      return node['Fn::ImportValue'].replace(/.*GetAtt(PRIMARY|SECONDARY)(Endpoint|Switch).*/, '$1$2');
    const join = node['Fn::Join'];
    if (Array.isArray(join)) return (walk(join[1]) as string[]).join(String(join[0]));
    return Object.fromEntries(Object.entries(node).map(([key, each]) => [key, walk(each)]));
  };
  return walk(resources) as Record<string, Resource>;
}

export const ofType = (resources: Readonly<Record<string, Resource>>, type: string): readonly Resource[] =>
  Object.values(resources).filter((resource) => resource.Type === type);

export interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Null: whoever calls. */
  readonly condition: unknown;
}

const list = (value: unknown): readonly string[] => (Array.isArray(value) ? value : [value]).map(String);

const statementsOf = (document: { Statement: readonly Record<string, unknown>[] }): readonly Statement[] =>
  document.Statement.map(({ Effect, Action, Resource: on, Condition }) => ({
    effect: String(Effect),
    actions: list(Action),
    resources: list(on),
    condition: Condition ?? null,
  }));

/** What each role may do, by the role's logical id: its own policies and those that name it. */
export function permissions(
  resources: Readonly<Record<string, Resource>>,
): ReadonlyMap<string, readonly Statement[]> {
  const roles = new Map<string, Statement[]>();
  for (const [id, { Type, Properties }] of Object.entries(resources)) {
    if (Type === 'AWS::IAM::Role')
      for (const { PolicyDocument } of Properties.Policies ?? [])
        roles.set(id, [...(roles.get(id) ?? []), ...statementsOf(PolicyDocument)]);
    if (Type === 'AWS::IAM::Policy')
      for (const role of list(Properties.Roles))
        roles.set(role, [...(roles.get(role) ?? []), ...statementsOf(Properties.PolicyDocument)]);
  }
  return roles;
}

/** The statements of the role of one function or machine. */
export function permissionsOf(
  resources: Readonly<Record<string, Resource>>,
  name: string,
): readonly Statement[] {
  const owner = Object.entries(resources).find(([id, resource]) => nameOf(resource, id) === name)?.[1];
  const role = owner?.Properties.Role ?? owner?.Properties.RoleArn;
  return permissions(resources).get(role) ?? [];
}
