import type { SiteName } from '../../../functions/shared/names.ts';
import type { EdgeCall } from '../../simulated/interception.ts';
import { type Eyes, mayHaveLost } from './eyes.ts';
import type { Holder } from './holder.ts';

/** What one call of a function is known by. */
export interface Invocation {
  readonly caller: string;
  /** Epoch and owner that its event names; null: it acts for no operation. */
  readonly token: { readonly epoch: number; readonly owner: string } | null;
  /** Epoch and owner of the ledger as it last read or wrote it. */
  known: Holder | null;
  /** What it called since it looked at the ledger last; null: nothing. */
  since: string | null;
  dead: boolean;
  /** When the alarm went off that it was called with, where that had been delivered before; null: it had not. */
  readonly again: number | null;
}

/** Four of a checker's intervals. */
const CHECKED_MILLISECONDS = 40_000;

const EFFECTS: ReadonlySet<string> = new Set([
  'UpdateHealthCheck',
  'createBatch',
  'setKeycloakInstances',
  'applyNetworkPolicy',
  'deleteNetworkPolicy',
  'FailoverDBCluster',
]);

const isEffect = ({ operation }: Pick<EdgeCall, 'operation'>): boolean => EFFECTS.has(operation);

/**
 * Whoever acts for an operation has looked whether it still holds, and it does: also a Batch, Keycloak's size, a bridge
 * and Aurora's writer are asked for only by whom nothing has outranked since, or who has done nothing since but look. `redrive`, where its execution was redriven,
 * `monotonic` otherwise.
 * @param call that is about to be made: what the API does with it later, nobody can call back
 */
export function checkOrder(call: EdgeCall, { caller, token, known, since }: Invocation, eyes: Eyes): void {
  if (token === null || !isEffect(call)) return;
  const { engine } = eyes.world.installation;
  const isRedriven = engine
    .listExecutions()
    .some(({ executionArn, redriveCount }) => executionArn === token.owner && redriveCount > 0);
  const invariant = isRedriven ? 'redrive' : 'monotonic';
  const acts = `${caller} called ${call.operation} for epoch ${token.epoch} of ${nameOf(token.owner)}`;
  if (known === null) {
    eyes.violated(invariant, `${caller} called ${call.operation} without having looked at the ledger.`);
    return;
  }
  if (known.owner !== token.owner || known.epoch < token.epoch) {
    eyes.violated(invariant, `${acts}, and knew that ${inWords(known)}.`);
    return;
  }
  // Route 53 takes a write of the version that was read alone: what is decided in between is looked at when it is written.
  // And nobody can look closer than right before.
  if (call.operation === 'UpdateHealthCheck' || since === null) return;
  const now = eyes.holder();
  // What it has decided itself meanwhile, it knows.
  if (now.owner !== token.owner || now.epoch > Math.max(token.epoch, known.epoch))
    eyes.violated(invariant, `${acts}, and did not look once more after "${since}": ${inWords(now)}.`);
}

/** `monotonic`: what was decided does not take effect over what was decided later. */
export class WrittenInOrder {
  readonly #eyes: Eyes;
  readonly #newest = new Map<SiteName, number>();
  #ledger: { readonly revision: number; readonly text: string } = { revision: 0, text: '' };

  constructor(eyes: Eyes) {
    this.#eyes = eyes;
  }

  /**
   * A health check was written.
   * @param epoch of the decision that it carries out
   */
  check(site: SiteName, epoch: number, caller: string): void {
    const newest = this.#newest.get(site) ?? epoch;
    this.#newest.set(site, Math.max(epoch, newest));
    if (epoch < newest)
      this.#eyes.violated(
        'monotonic',
        `${caller} wrote the switch of ${site} for epoch ${epoch}, over what was written for ${newest}.`,
      );
  }

  /** The ledger's item was written. The same once more takes nothing away. */
  ledger(revision: number, text: string, caller: string): void {
    const { revision: newest, text: before } = this.#ledger;
    if (revision <= newest && text !== before)
      this.#eyes.violated(
        'monotonic',
        `${caller} wrote revision ${revision} of the ledger over revision ${newest}, which it did not know.`,
      );
    this.#ledger = { revision, text };
  }
}

/** `replay`: an alarm that comes again decides nothing, once it was decided over and what it says is over. */
export function checkReplay({ again }: Invocation, decidedAt: number, eyes: Eyes): void {
  if (again === null || decidedAt <= again) return;
  if (!eyes.sites.every((site) => eyes.couldServe(site) && eyes.world.grid.seesOther(site))) return;
  // It is well again, and Route 53's checkers have not found that out: what the alarm says is what everybody sees.
  if (eyes.sites.some((site) => isYetToBeFoundWell(site, eyes))) return;
  // Whoever looks, for whatever reason, finds that, and decides over it.
  if (eyes.sites.some((site) => mayHaveLost(eyes, site))) return;
  eyes.violated('replay', 'An alarm that came again, long over, changed a decision.');
}

function isYetToBeFoundWell(site: SiteName, { world, now, disturbedAt, checkersLateUntil }: Eyes): boolean {
  const isLate = now() - disturbedAt(site) < CHECKED_MILLISECONDS || now() < checkersLateUntil();
  return isLate && !world.installation.route53.isHealthy(`endpoint-${site}`);
}

const inWords = ({ owner, epoch }: Holder): string =>
  `${owner === null ? 'nobody' : nameOf(owner)} held the operation at ${epoch}`;

const nameOf = (arn: string): string => arn.split(':').slice(-2).join(' ');
