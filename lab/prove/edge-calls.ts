import { AsyncLocalStorage } from 'node:async_hooks';
import type { FailoverDBClusterCommandInput } from '@aws-sdk/client-rds';
import type { GetHealthCheckCommandOutput, UpdateHealthCheckCommandInput } from '@aws-sdk/client-route-53';
import type { SiteName } from '../../functions/shared/names.ts';
import { INVOCATION_SECONDS } from '../../functions/shared/patience.ts';
import { ServiceFault } from '../aws/service.ts';
import { otherSiteThan, SITE_A, SITE_B } from '../configuration.ts';
import type { DeployedName } from '../installation.ts';
import type { EdgeCall, Proceed } from '../simulated/interception.ts';
import type { SimulatedWorld } from '../simulated/world.ts';
import { Answers } from './answers.ts';
import { type CallRecord, type History, isCallFault, isLie, type TroubleKind } from './history.ts';
import type { ByHandWatch } from './invariants/by-hand.ts';
import type { DataWatch } from './invariants/data.ts';
import type { Eyes } from './invariants/eyes.ts';
import { type Attributes, holderIn } from './invariants/holder.ts';
import { checkOrder, checkReplay, type Invocation, type WrittenInOrder } from './invariants/order.ts';
import type { WriterWatch } from './invariants/writer.ts';
import type { Moves } from './moves.ts';
import { isRead, troubled } from './troubled-call.ts';

/** Where the calls are made, and who watches them. */
interface Scene {
  readonly world: SimulatedWorld;
  readonly eyes: Eyes;
  readonly moves: Moves;
  readonly byHandWatch: ByHandWatch;
  readonly data: DataWatch;
  readonly order: WrittenInOrder;
  readonly writer: WriterWatch;
  /** Something was decided, and that site serves. */
  readonly decided: (by: DeployedName, serving: SiteName) => void;
  readonly unsure: (site: SiteName) => void;
  readonly note: (text: string) => void;
  readonly logs: boolean;
}

/** The calls of the functions across their edge: each is counted, troubled where the history says so, and looked at. */
export class EdgeCalls {
  /** Since the story began, until its troubles were over. */
  readonly records: CallRecord[] = [];
  everyCall = 0;
  /** While it is on, calls are counted and troubled. */
  troubling = false;
  readonly #scene: Scene;
  readonly #invocations = new AsyncLocalStorage<Invoked>();
  readonly #troubles: ReadonlyMap<number, readonly TroubleKind[]>;
  readonly #needsAnswers: boolean;
  readonly #answers = new Answers();
  #struck = 0;
  readonly #late = new Set<() => void>();
  #epoch = 0;
  #decidedAt = 0;

  constructor({ troubles }: History, scene: Scene) {
    this.#scene = scene;
    const byCall = new Map<number, TroubleKind[]>();
    for (const { at, kind } of troubles) byCall.set(at, [...(byCall.get(at) ?? []), kind]);
    this.#troubles = byCall;
    this.#needsAnswers = troubles.some(({ kind }) => kind === 'stale');
  }

  /** One that was given up may still take effect. */
  get isAnyLate(): boolean {
    return this.#late.size > 0;
  }

  /** How many troubles came about: a read that was to be stale may have had nothing else to answer, a lie is told later. */
  get struck(): number {
    const { grid } = this.#scene.world;
    const kinds = [...this.#troubles.values()].flat();
    return this.#struck + kinds.filter((kind) => isLie(kind) && grid.hasTold(kind)).length;
  }

  /** The ledger's item that the history begins with: nothing that is written over it is a decision for that alone. */
  beginsWith(item: Attributes): void {
    this.#epoch = Number(item['epoch']!.N);
    this.#scene.order.ledger(Number(item['revision']!.N), JSON.stringify(item), 'adopt');
  }

  /** No read is answered by what was before. */
  forgetAnswers(): void {
    this.#answers.forget();
  }

  /** A function is called. */
  invoked(caller: DeployedName, event: unknown, proceed: () => Promise<unknown>): Promise<unknown> {
    let died = (_name: string) => {};
    const death = new Promise<never>((_, reject) => {
      died = (name) => reject(Object.assign(new Error('The process of the function ended.'), { name }));
    });
    const process = new AbortController();
    const invocation = {
      caller,
      token: tokenOf(event),
      step: stepOf(event),
      known: null,
      since: null,
      dead: false,
      again: this.#scene.moves.givenAgain.has(event) ? wentOffAt(event) : null,
      adopt: this.#adoptOf(event),
      checks: new Map<SiteName, number>(),
      calls: 0,
      ended: process.signal,
      die: (name = 'Runtime.ExitError') => {
        invocation.dead = true;
        process.abort();
        died(name);
      },
    };
    return this.#invocations.run(invocation, async () => {
      const limit = setTimeout(() => invocation.die('Sandbox.Timedout'), INVOCATION_SECONDS * 1000);
      const answer = await Promise.race([proceed(), death]).finally(() => clearTimeout(limit));
      if (invocation.adopt !== null && this.#isRunning(invocation.adopt))
        this.#scene.byHandWatch.lookedFor(invocation.adopt, invocation.checks);
      return answer;
    });
  }

  /** The adopt that calls the function; null: another workflow, or none. */
  #adoptOf(event: unknown): string | null {
    const { execution } = (event ?? {}) as { readonly execution?: unknown };
    if (execution === undefined) return null;
    const adopts = this.#scene.world.installation.engine.listExecutions('adopt');
    return adopts.find(({ executionArn }) => executionArn === execution)?.executionArn ?? null;
  }

  /** An execution that was stopped has taken no answer: redriven, it asks anew. */
  #isRunning(executionArn: string): boolean {
    return this.#scene.world.installation.engine.describeExecution(executionArn).status === 'RUNNING';
  }

  /** A function calls what is beyond its edge. */
  async made(call: EdgeCall, proceed: Proceed): Promise<unknown> {
    const invocation = this.#invocations.getStore();
    try {
      return await this.#made(call, proceed);
    } finally {
      // Also one that was made before it looked at the ledger, and is answered after that.
      if (invocation !== undefined && call.service !== 'DynamoDB') invocation.since = keyOf(call);
    }
  }

  async #made(call: EdgeCall, proceed: Proceed): Promise<unknown> {
    const { eyes, moves, writer, note, logs } = this.#scene;
    const invocation = this.#invocations.getStore();
    if (invocation?.dead === true) return new Promise<never>(() => {});
    this.everyCall += 1;
    const number = this.troubling ? this.#count(call, invocation?.calls === 0) : 0;
    if (invocation !== undefined) invocation.calls += 1;
    const kinds = this.troubling ? (this.#troubles.get(number) ?? []) : [];
    for (const kind of kinds) {
      note(`TROUBLE at call ${number} (${keyOf(call)}): ${kind}`);
      if (isCallFault(kind)) continue;
      if (!(await moves.make(kind))) note('Nothing comes of it.');
      else if (!isLie(kind)) this.#struck += 1;
    }
    if (invocation !== undefined) checkOrder(call, invocation, eyes);
    if (call.operation === 'FailoverDBCluster') writer.asked(call.input as FailoverDBClusterCommandInput);
    const known = invocation?.known?.epoch ?? null;
    const carryOut = async () => {
      if (call.operation === 'UpdateHealthCheck' && Date.now() < moves.noChangesUntil)
        throw new ServiceFault('InternalServerError', 'We encountered an internal error.', 500);
      return this.#seen(call, invocation ?? null, known, await proceed(invocation?.ended));
    };
    const fault = kinds.find(isCallFault);
    if (fault === 'stale' || fault === 'late') this.#noteUnsure(call);
    if (fault !== undefined && fault !== 'stale') this.#struck += 1;
    if (logs) note(`  ${number}: ${keyOf(call)}`);
    const question =
      this.#needsAnswers && isRead(call)
        ? `${call.site} ${call.operation} ${JSON.stringify(call.input)}`
        : null;
    const answer =
      fault === undefined
        ? await carryOut()
        : await troubled(call, fault, carryOut, {
            die: () => {
              invocation?.die();
              return new Promise<never>(() => {});
            },
            isDead: () => invocation?.dead === true,
            afterNextDecision: (limit) => this.#afterNextDecision(limit),
            outdated: (answer) => this.#outdated(question, answer),
          });
    if (question !== null && fault !== 'stale') this.#answers.heard(question, answer);
    if (call.operation === 'GetHealthCheck') {
      const { HealthCheck } = answer as GetHealthCheckCommandOutput;
      invocation?.checks.set(checkIn(call)[0], HealthCheck!.HealthCheckVersion!);
    }
    return answer;
  }

  #outdated(question: string | null, answer: unknown): unknown {
    const before = question === null ? undefined : this.#answers.before(question, answer);
    if (before === undefined) {
      this.#scene.note('It answers what is so: that was no other lately.');
      return answer;
    }
    this.#struck += 1;
    return before;
  }

  /** Of a call that may take effect late, or be answered by what was, nobody can say who changed the check. */
  #noteUnsure(call: EdgeCall): void {
    if (call.operation === 'GetHealthCheck') this.#scene.unsure(checkIn(call)[0]);
  }

  #count(call: EdgeCall, begins: boolean): number {
    const step = this.#invocations.getStore()?.step ?? null;
    const key = step === null ? keyOf(call) : `${keyOf(call)} for ${step}`;
    this.records.push({ key, reads: isRead(call), begins });
    return this.records.length;
  }

  /** What the call did to the ledger and to the bridge, for those who watch. */
  #seen(call: EdgeCall, invocation: Invoked | null, knew: number | null, answer: unknown): unknown {
    const { data, order, byHandWatch } = this.#scene;
    if (call.service === 'DynamoDB') {
      const item = (call.operation === 'GetItem' ? (answer as Item).Item : (call.input as Item).Item) ?? null;
      const epoch = Number(item?.['epoch']?.N ?? 0);
      if (item !== null && invocation !== null) {
        invocation.known = holderIn(item);
        invocation.since = null;
      }
      if (call.operation === 'PutItem' && item?.['revision'] !== undefined)
        this.#ledgerWritten(call, invocation, item);
      if (call.operation === 'PutItem' && epoch > this.#epoch) {
        this.#epoch = epoch;
        if (invocation !== null) checkReplay(invocation, this.#decidedAt, this.#scene.eyes);
        this.#decidedAt = Date.now();
        this.#scene.decided(call.caller, item!['serving']!.S as SiteName);
        for (const work of [...this.#late]) work();
      }
    } else if (call.operation === 'UpdateHealthCheck') {
      const [site, threshold] = checkIn(call);
      if (knew !== null) order.check(site, knew, call.caller);
      byHandWatch.written(site, threshold);
    } else if (call.operation === 'listPods' && invocation?.step === 'create-batch clear') {
      data.podsSeen(call.site!);
    } else if (call.site !== null && /^(apply|delete)NetworkPolicy$/.test(call.operation)) {
      data.bridge(otherSiteThan(call.site), call.operation === 'deleteNetworkPolicy');
    }
    return answer;
  }

  #ledgerWritten({ caller }: EdgeCall, invocation: Invoked | null, item: Attributes): void {
    const { byHandWatch, order } = this.#scene;
    order.ledger(Number(item['revision']!.N), JSON.stringify(item), caller);
    if (invocation === null) return;
    for (const [site, seen] of invocation.checks) {
      const version = Number(item['checkVersions']?.M?.[site]?.N);
      const positions = item['checkPositions']?.M?.[site]?.L ?? [];
      if (version === seen + 1)
        byHandWatch.noted(
          site,
          version,
          positions.map(({ S }) => S!),
        );
    }
    if (invocation.adopt !== null) byHandWatch.adopted(invocation.adopt, invocation.checks);
  }

  #afterNextDecision(limitMilliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const goOn = () => {
        if (this.#late.delete(goOn)) resolve();
      };
      this.#late.add(goOn);
      setTimeout(goOn, limitMilliseconds);
    });
  }
}

interface Invoked extends Invocation {
  readonly die: () => void;
  /** Aborted once the process has ended. */
  readonly ended: AbortSignal;
  /** What the function is asked for, in one word or two. */
  readonly step: string | null;
  /** The adopt that it works for; null: it works for no adopt. */
  readonly adopt: string | null;
  /** Versions of the health checks that it was answered, also what was so before. */
  readonly checks: Map<SiteName, number>;
  calls: number;
}

interface Item {
  readonly Item?: Attributes;
}

export const siteOfCheck = (id: string): SiteName => (id.endsWith(SITE_A) ? SITE_A : SITE_B);

/** Whose switch a call to Route 53 is about, and the threshold that it gets. */
function checkIn({ input }: EdgeCall): [site: SiteName, threshold: number | undefined] {
  const { HealthCheckId, HealthThreshold } = input as UpdateHealthCheckCommandInput;
  return [siteOfCheck(HealthCheckId!), HealthThreshold];
}

/** Of an alarm, as SNS delivers it. */
function wentOffAt(event: unknown): number {
  const { Records } = event as {
    readonly Records: readonly [{ readonly Sns: { readonly Message: string } }];
  };
  return Date.parse(JSON.parse(Records[0].Sns.Message).StateChangeTime.replace('+0000', 'Z'));
}

const keyOf = ({ caller, operation, site }: EdgeCall): string =>
  `${caller}: ${operation}${site === null ? '' : ` at ${site}`}`;

function stepOf(event: unknown): string | null {
  const { action, step } = (event ?? {}) as { readonly action?: unknown; readonly step?: unknown };
  return typeof action !== 'string' ? null : typeof step === 'string' ? `${action} ${step}` : action;
}

function tokenOf(event: unknown): Invocation['token'] {
  const operation = (event as { operation?: { epoch?: unknown; owner?: unknown } | null } | null)?.operation;
  return typeof operation?.epoch === 'number' && typeof operation.owner === 'string'
    ? { epoch: operation.epoch, owner: operation.owner }
    : null;
}
