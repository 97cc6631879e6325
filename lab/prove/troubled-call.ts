import { ClusterUnreachableError, TransientError } from '../../functions/shared/errors.ts';
import { ServiceFault } from '../aws/service.ts';
import type { EdgeCall } from '../simulated/interception.ts';
import { type CallRecord, isCallFault, isLie, type TroubleKind } from './history.ts';

const READS = /^(Get|Describe|List|read|list|batchLog|may)/;

export const isRead = ({ operation }: Pick<EdgeCall, 'operation'>): boolean => READS.test(operation);

/** How long the SDKs and the cluster port wait before they give a call up. */
const GIVES_UP_MILLISECONDS = 8_000;
const SLOW_MILLISECONDS = 20_000;
/** If nobody decides, a call that was to come late comes after this. */
const LATE_MILLISECONDS = 120_000;
/** Less than the 55 s after which a function is ended. */
const HELD_UP_MILLISECONDS = 45_000;
/** What was decided is carried out by then. */
const CARRIED_OUT_MILLISECONDS = 1_000;

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** What the world lends to a fault. */
export interface Hands {
  /** The function's process ends: nothing it does later counts. Never settles. */
  readonly die: () => Promise<never>;
  /** It has ended already. */
  readonly isDead: () => boolean;
  /** Settles once the ledger has decided anew, or nobody decides for long. */
  readonly afterNextDecision: (limitMilliseconds: number) => Promise<void>;
  /** What was so before, where that differs from the answer; else the answer. */
  readonly outdated: (answer: unknown) => unknown;
}

/** One call with one fault. */
export async function troubled(
  call: EdgeCall,
  kind: TroubleKind,
  proceed: () => Promise<unknown>,
  { die, isDead, afterNextDecision, outdated }: Hands,
): Promise<unknown> {
  switch (kind) {
    case 'fails before':
      throw serverError(call);
    case 'fails after':
      await proceed();
      throw serverError(call);
    case 'no answer':
      await proceed();
      return givesUp(call);
    case 'twice':
      await proceed();
      return proceed();
    case 'late': {
      if (isRead(call)) {
        const answer = await proceed();
        await sleep(SLOW_MILLISECONDS);
        return answer;
      }
      void afterNextDecision(LATE_MILLISECONDS)
        .then(() => sleep(CARRIED_OUT_MILLISECONDS))
        .then(proceed)
        .catch(() => {});
      return givesUp(call);
    }
    case 'slow':
      await afterNextDecision(HELD_UP_MILLISECONDS);
      return isDead() ? die() : proceed();
    case 'throttled':
      throw call.site === null
        ? new ServiceFault('ThrottlingException', 'Rate exceeded')
        : new TransientError(`The Kubernetes API of ${call.site} is busy (429).`, 'It may pass.');
    case 'stale':
      return isConsistent(call) ? proceed() : outdated(await proceed());
    case 'dies before':
      return die();
    case 'dies after':
      await proceed();
      return die();
    default:
      return proceed();
  }
}

/**
 * Whether a fault means anything at such a call. The ledger's item is read consistently, so never stale.
 * @param everywhere what happens between steps happens within them, too
 */
export const applies = (
  kind: TroubleKind,
  { key, reads, begins }: CallRecord,
  everywhere: boolean,
): boolean => {
  // A lie is told later, so it is the same before each call of one invocation.
  if (!isCallFault(kind)) return begins || (everywhere && !isLie(kind));
  if (kind === 'stale') return reads && !/: GetItem( |$)/.test(key);
  // A read that was carried out is one that was not: only the answer counts.
  return !(reads && (kind === 'fails after' || kind === 'twice' || kind === 'dies after'));
};

/** What a call is shifts with the troubles before it, so it is asked again when it is made. */
const isConsistent = ({ input }: EdgeCall): boolean =>
  (input as { readonly ConsistentRead?: boolean } | undefined)?.ConsistentRead === true;

const serverError = (call: EdgeCall): Error =>
  call.site === null
    ? new ServiceFault('InternalServerError', 'We encountered an internal error.', 500)
    : new TransientError(`The Kubernetes API of ${call.site} answered 500.`, 'It may pass.');

async function givesUp(call: EdgeCall): Promise<never> {
  await sleep(GIVES_UP_MILLISECONDS);
  if (call.site === null) throw Object.assign(new Error('The request timed out.'), { name: 'TimeoutError' });
  throw new ClusterUnreachableError(
    `The Kubernetes API of ${call.site} did not answer within ${GIVES_UP_MILLISECONDS / 1000} s.`,
    'A lost site answers again when it is back.',
  );
}
