import { parseArgs } from 'node:util';
import { SCENARIO_NAMES, SCENARIOS, type ScenarioName } from './scenarios.ts';
import type { WorldOptions } from './world.ts';

export interface DrillOptions {
  readonly scenario: ScenarioName;
  readonly simulated: boolean;
  readonly unaided: boolean;
  readonly caches: WorldOptions['caches'];
}

const CACHES: readonly WorldOptions['caches'][] = ['keycloak-26', 'rhbk-24'];

const USAGE = `npm run drill -- [--scenario ${SCENARIO_NAMES.join('|')}] [--simulated] [--unaided] [--caches ${CACHES.join('|')}]`;

const DEFAULTS: DrillOptions = {
  scenario: 'freeze',
  simulated: false,
  unaided: false,
  caches: 'keycloak-26',
};

const HELP = `${USAGE}

Loses a site under load, and writes drill-report/report.html and report.json. Without options: the freeze of the
primary, on two real Infinispan servers, with this product at work.

  --scenario NAME   What happens. Default: ${DEFAULTS.scenario}.
${SCENARIO_NAMES.map((name) => `                      ${name.padEnd(10)}${SCENARIOS[name].title}`).join('\n')}
  --simulated       Two sites in memory, on virtual time: done in seconds, needs no Java. It does not show every write
                    that real servers lose after a freeze. Default: off, real servers; where Java or Maven is missing
                    the drill says so and is simulated.
  --unaided         The same loss with nobody at the keyboard and nothing of this product, to be compared with. It is
                    kept for the next drill of that scenario on the same kind of servers and caches; without one the
                    comparison is simulated. Not for planned and reversed. Default: off.
  --caches SET      How the caches are set up: ${CACHES[0]}, as Keycloak 26 does itself, or ${CACHES[1]}, as in the guide for
                    RHBK 24. Default: ${DEFAULTS.caches}.
  --help            This text.

Ends with 0 when every proof holds, 1 when one fails, 2 when an option is not known.`;

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
  if (values.help === true) throw new HelpWanted(HELP);
  const { scenario, caches, simulated, unaided } = { ...DEFAULTS, ...values };
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
