import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { createEnvironmentStacks } from '../../environment/aws/stacks.ts';
import type { Environment } from '../../environment/configuration/environment.ts';
import { type Resource, resolved, type Synthesized, synthesize } from '../infra/synthesis.ts';

export interface Made extends Resource {
  readonly DependsOn?: readonly string[];
  readonly UpdateReplacePolicy?: string;
}

export interface MadeStack {
  /** Every reference filled in, by logical id. */
  readonly resources: Readonly<Record<string, Made>>;
  readonly outputs: Readonly<Record<string, { readonly Value: unknown }>>;
  readonly terminationProtection: boolean;
}

/** The environment's stacks without the core's, each null where it is not made; throws what cdk-nag finds. */
export function synthesizeEnvironment(environment: Environment): {
  readonly database: MadeStack | null;
  readonly siteRecords: MadeStack | null;
} {
  const outdir = mkdtempSync(join(tmpdir(), 'environment-'));
  try {
    const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));
    const app = new App({ outdir, context });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    const stacks = createEnvironmentStacks(app, environment, null);
    const assembly = app.synth();
    const made = (stack: Stack | null): MadeStack | null => {
      if (stack === null) return null;
      const { template } = assembly.getStackArtifact(stack.artifactId);
      return {
        resources: resolved(template.Resources),
        outputs: template.Outputs ?? {},
        terminationProtection: stack.terminationProtection === true,
      };
    };
    return { database: made(stacks.database), siteRecords: made(stacks.siteRecords) };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The whole app, as /app.ts makes it: the core's stacks and the environment's. */
export function synthesizeApp(environment: Environment): Synthesized & {
  /** What is deployed before the failover records, by stack. */
  readonly beforeRouting: readonly string[];
} {
  let beforeRouting: readonly string[] = [];
  const made = synthesize(environment.deployment, ({ workflow, routing }) => {
    createEnvironmentStacks(workflow.node.root as App, environment, routing);
    beforeRouting = (routing?.dependencies ?? []).map(({ stackName }) => stackName);
  });
  return { ...made, beforeRouting };
}
