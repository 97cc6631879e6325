import { readFileSync } from 'node:fs';
import { deployPolicy, routingPolicy } from './configuration/deploy-policy.ts';
import { parseDeployment } from './configuration/parse.ts';
import type { NewInstallation } from './configuration/schema.ts';

const routing = process.argv.includes('--routing');
const [file = 'failover.config.json'] = process.argv.slice(2).filter((each) => !each.startsWith('--'));
try {
  const deployment = parseDeployment(JSON.parse(readFileSync(file, 'utf8')), file);
  if (routing && deployment.installation !== 'new')
    throw new Error(
      'an existing installation keeps its health checks and records; nothing is deployed there',
    );
  console.log(
    JSON.stringify(
      routing ? routingPolicy(deployment as NewInstallation) : deployPolicy(deployment),
      null,
      2,
    ),
  );
} catch (error) {
  // A person reads this, and pastes nothing of it into IAM.
  const { message } = error as Error;
  console.error(message.startsWith(file) ? message : `${file}: ${message}`);
  process.exitCode = 1;
}
