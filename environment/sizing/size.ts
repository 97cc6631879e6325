import { type GuideVersion, JGROUPS_THREADS } from '../configuration/guide.ts';
import type { Sizing } from '../configuration/keycloak-schema.ts';
import {
  HEAP_SHARE,
  type Load,
  NON_HEAP_MEGABYTES,
  POOL_CONNECTIONS,
  QUEUED_REQUESTS,
  RULES,
  SITES,
  TESTED,
} from './rules.ts';
import { warningsOf } from './warnings.ts';
import { podsInWords } from './words.ts';

/** One line of the answer: what it is, how much, by which rule, and where that was tested. */
export interface Sized {
  readonly output: keyof Sizing | 'databaseConnections';
  readonly value: number;
  readonly unit: string;
  readonly rule: string;
  readonly source: string;
  /** Null: the guide names no range. */
  readonly tested: string | null;
}

export interface SizingResult {
  readonly version: GuideVersion;
  readonly load: Load;
  /** As `environment.keycloak.sizing` takes it. */
  readonly sizing: Sizing;
  /** Of both sites' pods together. */
  readonly databaseConnections: number;
  readonly rules: readonly Sized[];
  readonly warnings: readonly string[];
}

/** Up, but not for what is only the noise of binary fractions. */
const upTo = (step: number, value: number): number => Math.ceil(value / step - 1e-9) * step;

/** Kubernetes takes thousandths. */
const thousandths = (vcpu: number): number => Math.round(upTo(0.001, vcpu) * 1000) / 1000;

/** As the guide rounds 1,357 to 1,360. */
const tens = (megabytes: number): number => Math.round(upTo(10, megabytes));

/** A number for people: at most three decimals, none that is 0. */
const say = (value: number): string => String(Math.round(value * 1000) / 1000);

/**
 * How large one Keycloak pod of a site is, by the guide's chapters 13 to 15.
 * @param load of which each is at least 0, some request among it, with 1 to 200 pods
 */
export function size(version: GuideVersion, load: Load): SizingResult {
  const cpu = cpuOf(version, load);
  const memory = memoryOf(version, load);
  const pools = poolsOf(version, load);
  const rules = [...cpu, ...memory, ...pools];
  const sized = (output: Sized['output']): number => rules.find((rule) => rule.output === output)!.value;
  const sizing: Sizing = {
    cpuRequestVcpu: sized('cpuRequestVcpu'),
    cpuLimitVcpu: sized('cpuLimitVcpu'),
    memoryRequestMegabytes: sized('memoryRequestMegabytes'),
    memoryLimitMegabytes: sized('memoryLimitMegabytes'),
    httpPoolMaxThreads: sized('httpPoolMaxThreads'),
    httpMaxQueuedRequests: sized('httpMaxQueuedRequests'),
    databasePoolConnections: sized('databasePoolConnections'),
  };
  const databaseConnections = sized('databaseConnections');
  return {
    version,
    load,
    sizing,
    databaseConnections,
    rules,
    warnings: warningsOf(version, load, sizing, databaseConnections),
  };
}

function cpuOf(version: GuideVersion, load: Load): readonly Sized[] {
  const { loginsPerVcpu, clientCredentialsPerVcpu, refreshesPerVcpu, vcpuIsOf, limitFactor, cpuChapter } =
    RULES[version];
  const vcpu =
    load.loginsPerSecond / loginsPerVcpu +
    load.clientCredentialsPerSecond / clientCredentialsPerVcpu +
    load.refreshesPerSecond / refreshesPerVcpu;
  const words = `1 vCPU for each ${loginsPerVcpu} logins (${say(load.loginsPerSecond / loginsPerVcpu)}), ${clientCredentialsPerVcpu} client credential grants (${say(load.clientCredentialsPerSecond / clientCredentialsPerVcpu)}) and ${refreshesPerVcpu} refreshes (${say(load.refreshesPerSecond / refreshesPerVcpu)}) a second`;
  const { factor, words: share } = cpuShare(vcpuIsOf, load.pods);
  const request = thousandths(vcpu * factor);
  return [
    {
      output: 'cpuRequestVcpu',
      value: request,
      unit: 'vCPU',
      rule: `${words}${share}`,
      source: cpuChapter,
      tested: `up to ${TESTED.loginsPerSecond} logins, ${TESTED.clientCredentialsPerSecond} grants and ${TESTED.refreshesPerSecond} refreshes a second, with ${TESTED.pods} pods`,
    },
    {
      output: 'cpuLimitVcpu',
      value: thousandths(request * limitFactor),
      unit: 'vCPU',
      rule: `${limitFactor} times what is requested, for peaks, startups and failovers`,
      source: cpuChapter,
      tested: null,
    },
  ];
}

/** A rule for each pod of three: fewer pods bear the same together, more pods need no less (chapter 15.1). */
function cpuShare(vcpuIsOf: 'each pod of three' | 'the cluster', pods: number) {
  if (vcpuIsOf === 'the cluster')
    return { factor: 1 / pods, words: pods === 1 ? ', of the only pod' : `, shared by ${pods} pods` };
  return pods < TESTED.pods
    ? {
        factor: TESTED.pods / pods,
        words: ` in each of three pods, which here ${pods === 1 ? 'one bears alone' : `${pods} bear`}`,
      }
    : { factor: 1, words: ' in each pod' };
}

function memoryOf(version: GuideVersion, { sessions, pods }: Load): readonly Sized[] {
  const { baseMegabytes, megabytesPer100000Sessions, cpuChapter } = RULES[version];
  // Each session is at two pods, or at the only one: of three, each holds two thirds of them.
  const share = Math.max(1, (Math.min(2, pods) / pods) * (TESTED.pods / 2));
  const ofSessions = (sessions / 100_000) * megabytesPer100000Sessions * share;
  const request = tens(baseMegabytes + ofSessions);
  return [
    {
      output: 'memoryRequestMegabytes',
      value: request,
      unit: 'MB',
      rule:
        megabytesPer100000Sessions === 0
          ? `${baseMegabytes} MB with caches; sessions are in the database, of which 10,000 are cached`
          : `${baseMegabytes} MB, and ${megabytesPer100000Sessions} MB for each 100,000 sessions (${say(ofSessions)})${share > 1 ? ', of which fewer than three pods hold more each' : ''}`,
      source: cpuChapter,
      tested: megabytesPer100000Sessions === 0 ? null : `up to ${TESTED.sessions} sessions`,
    },
    {
      output: 'memoryLimitMegabytes',
      value: tens((request - NON_HEAP_MEGABYTES) / HEAP_SHARE),
      unit: 'MB',
      rule: `what is requested less ${NON_HEAP_MEGABYTES} MB beside the heap, divided by ${HEAP_SHARE}, up to the next 10 MB`,
      source: cpuChapter,
      tested: null,
    },
  ];
}

function poolsOf(version: GuideVersion, { pods }: Load): readonly Sized[] {
  const threads = Math.floor(JGROUPS_THREADS / pods);
  return [
    {
      output: 'httpPoolMaxThreads',
      value: threads,
      unit: 'threads',
      rule: `the ${JGROUPS_THREADS} threads of JGroups shared by ${podsInWords(pods)} (${threads * pods} in use)`,
      source:
        version === '24'
          ? 'chapter 13.1.2 of 24'
          : 'chapter 13.1.2 of 24; 26.4 no longer asks it, and fewer threads harm nobody',
      tested: null,
    },
    {
      output: 'httpMaxQueuedRequests',
      value: QUEUED_REQUESTS,
      unit: 'requests',
      rule: 'a pod that works off 200 requests a second lets none wait longer than 5 seconds',
      source: 'chapter 13.1.3 of 24',
      tested: null,
    },
    {
      output: 'databasePoolConnections',
      value: POOL_CONNECTIONS,
      unit: 'connections',
      rule: 'initial, minimum and maximum size are the same, so that statements stay cached; enough for several hundred requests a second',
      source: 'chapters 5.2 and 14.1 of 24',
      tested: null,
    },
    {
      output: 'databaseConnections',
      value: POOL_CONNECTIONS * pods * SITES,
      unit: 'connections',
      rule: `${POOL_CONNECTIONS} of each of ${podsInWords(pods)} at ${SITES} sites: the passive one holds its own too`,
      source: 'chapter 14.1 of 24',
      tested: null,
    },
  ];
}
