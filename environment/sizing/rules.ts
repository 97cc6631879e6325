import type { GuideVersion } from '../configuration/guide.ts';

/** What one site has to bear. All of it, since either site serves alone. */
export interface Load {
  /** Logins with a password. */
  readonly loginsPerSecond: number;
  readonly clientCredentialsPerSecond: number;
  readonly refreshesPerSecond: number;
  /** Active user sessions. */
  readonly sessions: number;
  /** Keycloak pods of a site. */
  readonly pods: number;
}

/** Up to where the guide has tested its rules, in both versions. */
export const TESTED = {
  loginsPerSecond: 300,
  clientCredentialsPerSecond: 2000,
  refreshesPerSecond: 435,
  /** Only 24 has a rule for sessions. */
  sessions: 200_000,
  /** In the reference architecture, exactly so many. */
  pods: 3,
} as const satisfies Load;

/** Of the heap, what a container's memory limit gives; and what is used beside it (both guides). */
export const HEAP_SHARE = 0.7;
export const NON_HEAP_MEGABYTES = 300;
/** With 200 requests a second in a pod, the last in the queue waits five seconds (chapter 13.1.3 of 24). */
export const QUEUED_REQUESTS = 1000;
/** Chapter 5.2 of 24. Initial, minimum and maximum are the same (chapter 14.1). */
export const POOL_CONNECTIONS = 30;
/** Both hold their pools open to the one writer, the passive one too. */
export const SITES = 2;

export interface CpuAndMemoryRules {
  readonly loginsPerVcpu: number;
  readonly clientCredentialsPerVcpu: number;
  readonly refreshesPerVcpu: number;
  /** What one such vCPU is for: every pod of a cluster of three, or the cluster as a whole. */
  readonly vcpuIsOf: 'each pod of three' | 'the cluster';
  /** The limit is so many times the request. */
  readonly limitFactor: number;
  readonly baseMegabytes: number;
  /** For each 100,000 sessions in each pod of three. */
  readonly megabytesPer100000Sessions: number;
  readonly cpuChapter: string;
}

export const RULES: Readonly<Record<GuideVersion, CpuAndMemoryRules>> = {
  /** Chapter 15.1: "1 vCPU per Pod in a three-node cluster"; 200% extra. */
  '24': {
    loginsPerVcpu: 8,
    clientCredentialsPerVcpu: 450,
    refreshesPerVcpu: 350,
    vcpuIsOf: 'each pod of three',
    limitFactor: 3,
    baseMegabytes: 1000,
    megabytesPer100000Sessions: 500,
    cpuChapter: 'chapter 15.1 of 24',
  },
  /** Chapter 3.11.1 of 26.4: "1 vCPU to the cluster"; 150% extra; sessions are in the database. */
  '26': {
    loginsPerVcpu: 15,
    clientCredentialsPerVcpu: 120,
    refreshesPerVcpu: 120,
    vcpuIsOf: 'the cluster',
    limitFactor: 2.5,
    baseMegabytes: 1250,
    megabytesPer100000Sessions: 0,
    cpuChapter: 'chapter 3.11.1 of 26.4',
  },
};
