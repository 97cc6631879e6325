import { parseArgs } from 'node:util';
import { SCENARIO_NAMES, type ScenarioName } from './scenarios.ts';
import type { WorldOptions } from './world.ts';

export interface DrillOptions {
  readonly scenario: ScenarioName;
  readonly simulated: boolean;
  readonly unaided: boolean;
  readonly caches: WorldOptions['caches'];
}

const CACHES: readonly WorldOptions['caches'][] = ['keycloak-26', 'rhbk-24'];

const USAGE = `npm run drill -- [--scenario ${SCENARIO_NAMES.join('|')}] [--simulated] [--unaided] [--caches ${CACHES.join('|')}]`;

/** What was typed is not an option; the message says so in one line. */
export class UsageError extends Error {}

/** Somebody asks how it is used: the message says so. */
export class HelpWanted extends Error {}

/** @throws UsageError, HelpWanted */
export function parseOptions(words: readonly string[]): DrillOptions {
  let values: { scenario?: string; simulated?: boolean; unaided?: boolean; caches?: string; help?: boolean };
  try {
    ({ values } = parseArgs({
      args: [...words],
      options: {
        scenario: { type: 'string' },
        simulated: { type: 'boolean' },
        unaided: { type: 'boolean' },
        caches: { type: 'string' },
        help: { type: 'boolean' },
      },
    }));
  } catch (error) {
    const [sentence] = (error as Error).message.split('. ');
    throw new UsageError(`${sentence}. Usage: ${USAGE}`);
  }
  if (values.help === true) throw new HelpWanted(USAGE);
  const { scenario = 'freeze', caches = 'keycloak-26', simulated = false, unaided = false } = values;
  const known = oneOf('--scenario', SCENARIO_NAMES, scenario);
  // Nobody plans a switchover without being there, and before a reversed one somebody must have moved traffic.
  if (unaided && (known === 'planned' || known === 'reversed')) {
    throw new UsageError(`--unaided is not for --scenario ${known}: it needs somebody at the keyboard.`);
  }
  return { scenario: known, caches: oneOf('--caches', CACHES, caches), simulated, unaided };
}

function oneOf<Value extends string>(option: string, known: readonly Value[], given: string): Value {
  const found = known.find((each) => each === given);
  if (found === undefined) throw new UsageError(`${option} ${given}: it is one of ${known.join(', ')}.`);
  return found;
}
