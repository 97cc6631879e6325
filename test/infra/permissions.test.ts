import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { FUNCTION_NAMES, type FunctionName } from '../../infra/constructs/functions.ts';
import {
  example,
  ofType,
  permissions,
  permissionsOf,
  SYNTHESIS_TAKES,
  type Synthesized,
  synthesize,
  withTokens,
} from './synthesis.ts';

const FUNCTIONS = fileURLToPath(new URL('../../functions/', import.meta.url));

const SERVICES: Readonly<Record<string, string>> = {
  cloudwatch: 'cloudwatch',
  dynamodb: 'dynamodb',
  eventbridge: 'events',
  rds: 'rds',
  'route-53': 'route53',
  'secrets-manager': 'secretsmanager',
  sfn: 'states',
  sns: 'sns',
};

/** What the code of a function can call: every command that a module made for it, or one that it imports, imports. */
function calls(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return new Set();
  seen.add(file);
  const text = readFileSync(file, 'utf8').replace(/import type [^;]*;/g, '');
  const found = new Set<string>();
  for (const [, names, service] of text.matchAll(/import \{([^}]*)\} from '@aws-sdk\/client-([\w-]+)'/g))
    for (const [, command] of names!.matchAll(/\b(\w+)Command\b/g))
      found.add(`${SERVICES[service!]}:${command}`);
  for (const [, path] of text.matchAll(/(?:from |import\()'(\.[^']+)'/g))
    for (const each of calls(join(dirname(file), path!), seen)) found.add(each);
  return found;
}

/** Imported with what is used, and never called. */
const NOT_CALLED: Partial<Record<FunctionName, readonly string[]>> = {
  readiness: ['route53:UpdateHealthCheck'],
  database: ['dynamodb:PutItem'],
  traffic: ['states:DescribeExecution'],
  closer: ['states:DescribeExecution'],
  notification: ['states:DescribeExecution'],
};

/** For what is done around the code: its log, its network, the queue for what it could not handle, its stream. */
const AROUND = /^((logs|ec2|sqs):|dynamodb:(DescribeStream|GetRecords|GetShardIterator|ListStreams)$)/;

/** Every wildcard that a policy has, with the reason why it can't do without. */
const JUSTIFIED: readonly { readonly actions: RegExp; readonly resource: RegExp; readonly why: string }[] = [
  {
    actions: /^states:(DescribeExecution|StopExecution|GetExecutionHistory)$/,
    resource: /:execution:sso-[a-z-]+:\*$/,
    why: 'Executions get their names when they start; the machine is named.',
  },
  {
    actions: /^cloudwatch:DescribeAlarms$/,
    resource: /^\*$/,
    why: 'A narrower scope gives no composite alarms.',
  },
  {
    actions: /^rds:DescribeDBInstances$/,
    resource: /:db:\*$/,
    why: "Asked for by the cluster: the instances' names are not known.",
  },
  {
    actions: /^secretsmanager:GetSecretValue$/,
    resource: /:secret:sso-site-[ab]-token-\?{6}$/,
    why: 'Secrets Manager adds six characters of its own to a name.',
  },
  {
    actions: /^dynamodb:ListStreams$/,
    resource: /:table\/sso-ledger\/stream\/\*$/,
    why: 'The streams of this one table are listed before one is known by its name.',
  },
  {
    actions: /^logs:.*(LogDelivery|LogDeliveries|ResourcePolic|LogGroups)/,
    resource: /^\*$/,
    why: 'The actions with which Step Functions sets up its logs take no resource.',
  },
  {
    actions: /^ec2:\w+$/,
    resource: /^\*$/,
    why: 'Lambda checks these on * when a function is attached to a VPC.',
  },
  {
    actions: /^ssm:\w+$/,
    resource: /:parameter\/cdk\/exports\/(sso-alarms\/)?\*$/,
    why: "CDK's own way of carrying the endpoint checks' ids to us-east-1.",
  },
];

describe.each(['existing', 'new'] as const)('permissions of the %s installation', (installation) => {
  let made: Synthesized;
  beforeAll(() => {
    made = synthesize(example(installation));
  }, SYNTHESIS_TAKES);

  it.each(FUNCTION_NAMES)('%s may call what its code calls, and nothing else', (name) => {
    const may = permissionsOf(made.workflow, `function:sso-${name}`)
      .flatMap(({ actions }) => actions)
      .filter((action) => !AROUND.test(action));
    const does = [...calls(join(FUNCTIONS, name, 'lambda.ts'))].filter(
      (action) => !(NOT_CALLED[name] ?? []).includes(action),
    );
    expect([...new Set(may)].sort()).toEqual([...new Set(does)].sort());
  });

  it('a function reaches only what it is for', () => {
    const on = (name: string, action: string) =>
      permissionsOf(made.workflow, `function:sso-${name}`)
        .filter(({ actions }) => actions.includes(action))
        .flatMap(({ resources }) => resources);
    expect(on('ledger', 'dynamodb:PutItem')).toEqual(['table:sso-ledger']);
    expect(on('notification', 'sns:Publish')).toEqual(['topic:sso-on-call']);
    expect(on('reconcile', 'states:StartExecution')).toEqual([
      'arn:aws:states:eu-west-1:123456789012:stateMachine:sso-failover',
    ]);
    expect(on('traffic', 'route53:UpdateHealthCheck')).toEqual(
      installation === 'existing'
        ? [
            'arn:aws:route53:::healthcheck/11111111-1111-4111-8111-111111111111',
            'arn:aws:route53:::healthcheck/22222222-2222-4222-8222-222222222222',
          ]
        : ['arn:aws:route53:::healthcheck/PRIMARYSwitch', 'arn:aws:route53:::healthcheck/SECONDARYSwitch'],
    );
    expect(on('database', 'rds:FailoverDBCluster')).toEqual([
      'arn:aws:rds:eu-west-1:123456789012:cluster:keycloak-aurora',
    ]);
  });

  it('a machine may invoke the functions and start the machines that its file names, and nothing else', () => {
    for (const { Properties } of ofType(made.workflow, 'AWS::StepFunctions::StateMachine')) {
      const name: string = Properties.StateMachineName;
      const file = readFileSync(
        new URL(`../../statemachines/${name.slice('sso-'.length)}.asl.json`, import.meta.url),
        'utf8',
      );
      const named = [...new Set([...file.matchAll(/\$\{(\w+?)(Function|Machine)\}/g)].map(String))].map(
        (each) => {
          const [, pascal, kind] = each.split(',');
          const kebab = pascal!.replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
          return `${kind!.toLowerCase()}:sso-${kebab}`;
        },
      );
      const statements = permissionsOf(made.workflow, `machine:${name}`);
      const on = (action: string) =>
        statements
          .filter(({ actions }) => actions.includes(action))
          .flatMap(({ resources }) => resources)
          .filter((resource) => !resource.endsWith(':$LATEST'))
          .sort();
      const children = named.filter((each) => each.startsWith('machine:')).sort();
      expect(on('lambda:InvokeFunction')).toEqual(
        named.filter((each) => each.startsWith('function:')).sort(),
      );
      expect(on('states:StartExecution')).toEqual(children);
      const executions = children.map((child) => child.replace('machine:', 'execution:'));
      for (const action of ['states:DescribeExecution', 'states:StopExecution'])
        expect(on(action)).toEqual(
          executions.map((each) => `arn:aws:states:eu-west-1:123456789012:${each}:*`),
        );
      for (const action of ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'])
        expect(on(action)).toEqual(
          children.length === 0
            ? []
            : [
                'arn:aws:events:eu-west-1:123456789012:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule',
              ],
        );
    }
  });

  it('no policy has a wildcard but those that are justified by name', () => {
    const unjustified = [made.workflow, made.alarms, made.routing].flatMap((resources) =>
      [...permissions(resources)].flatMap(([role, statements]) =>
        statements
          .filter(({ effect }) => effect === 'Allow')
          .flatMap(({ actions, resources: on }) =>
            on.flatMap((resource) => actions.map((action) => ({ action, resource }))),
          )
          .filter(({ action, resource }) => /[*?]/.test(action) || /[*?]/.test(resource))
          .filter(
            ({ action, resource }) =>
              /[*?]/.test(action) ||
              !JUSTIFIED.some((each) => each.actions.test(action) && each.resource.test(resource)),
          )
          .map(({ action, resource }) => `${role}: ${action} on ${resource}`),
      ),
    );
    expect(unjustified).toEqual([]);
  });

  it("no role of the product carries one of AWS's ready-made policies", () => {
    const ready = ofType(made.workflow, 'AWS::IAM::Role').flatMap(
      ({ Properties }) => Properties.ManagedPolicyArns ?? [],
    );
    expect(ready).toEqual([]);
  });
});

describe('permissions for the tokens of the clusters', () => {
  const KEY = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const CLUSTERS = FUNCTION_NAMES.filter((name) =>
    calls(join(FUNCTIONS, name, 'lambda.ts')).has('secretsmanager:GetSecretValue'),
  );
  const forTokens = (...tokens: readonly object[]) => {
    const { workflow } = synthesize(example('existing', withTokens(...tokens)));
    return FUNCTION_NAMES.map((name) => ({
      name,
      statements: permissionsOf(workflow, `function:sso-${name}`).filter(({ actions }) =>
        actions.some((action) => /^(secretsmanager|kms|sts|eks):/.test(action)),
      ),
    })).filter(({ statements }) => statements.length > 0);
  };

  it(
    'are none where both clusters are of EKS: a token is made, and asks nobody',
    () => {
      expect(forTokens({ eksClusterName: 'keycloak-a' }, { eksClusterName: 'keycloak-b' })).toEqual([]);
    },
    SYNTHESIS_TAKES,
  );

  it(
    'are for the one secret that is used, and for its key through Secrets Manager alone',
    () => {
      const secretId = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:b-AbCdEf';
      const found = forTokens({ eksClusterName: 'keycloak-a' }, { secretId, kmsKeyArn: KEY });
      expect(found.map(({ name }) => name)).toEqual(CLUSTERS);
      for (const { statements } of found)
        expect(statements).toEqual([
          {
            effect: 'Allow',
            actions: ['secretsmanager:GetSecretValue'],
            resources: [secretId],
            condition: null,
          },
          {
            effect: 'Allow',
            actions: ['kms:Decrypt'],
            resources: [KEY],
            condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } },
          },
        ]);
    },
    SYNTHESIS_TAKES,
  );
});

it(
  'a wildcard that nobody justified stops the synthesis, by cdk-nag',
  () => {
    expect(() =>
      synthesize(example('existing'), ({ workflow }) =>
        new Role(workflow, 'Careless', {
          assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
        }).addToPolicy(new PolicyStatement({ actions: ['route53:UpdateHealthCheck'], resources: ['*'] })),
      ),
    ).toThrow(/AwsSolutions-IAM5\[Resource::\*\]/);
  },
  SYNTHESIS_TAKES,
);
