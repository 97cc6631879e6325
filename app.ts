import { App } from 'aws-cdk-lib';
import { createEnvironmentStacks } from './environment/aws/stacks.ts';
import { hasEnvironment, parseEnvironment } from './environment/configuration/parse.ts';
import { buildFunctions, DIST } from './functions/build.ts';
import { FailoverError } from './functions/shared/errors.ts';
import { parseDeployment } from './infra/configuration/parse.ts';
import { readConfiguration } from './infra/configuration/read.ts';
import { createStacks } from './infra/stacks/stacks.ts';

const app = new App();
const file: string = app.node.tryGetContext('config') ?? 'failover.config.json';
try {
  const value = readConfiguration(file, 'by -c config=<file>');
  const environment = hasEnvironment(value) ? parseEnvironment(value, file) : null;
  const deployment = environment?.deployment ?? parseDeployment(value, file);
  await buildFunctions();
  const { routing } = createStacks(app, deployment, DIST);
  if (environment !== null) createEnvironmentStacks(app, environment, routing);
  app.synth();
} catch (error) {
  // A person reads this: what is wrong with the file, not where in the code that was found.
  if (error instanceof FailoverError) console.error(error.message);
  else throw error;
  process.exitCode = 1;
}
