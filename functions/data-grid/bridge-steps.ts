import { guard, recordFor } from '../ledger/guard.ts';
import { otherSiteOf, siteOf } from '../shared/configuration.ts';
import type { SiteName } from '../shared/names.ts';
import { bridgePolicy, bridgePolicyName } from './bridge.ts';
import type { InputOf } from './inputs.ts';
import type { CutBridgeOutcome, LookAtBridgeOutcome, RestoreBridgeOutcome } from './outcomes.ts';
import type { DataGridWorld } from './world.ts';

const SUPERSEDED = { outcome: 'superseded' } as const;
const NOT_CONFIGURED = {
  outcome: 'not-configured',
  reason: 'bridgeCut is not enabled in failover.config.json.',
} as const;

/** Keeps the survivor's Data Grid from talking to the other site, however much of the past that one still holds. */
export async function cutBridge(
  { configuration, store, clusterOf }: DataGridWorld,
  input: InputOf<'cut-bridge'>,
): Promise<CutBridgeOutcome> {
  const survivor = siteOf(configuration, input.site);
  const cutOff = otherSiteOf(configuration, survivor.name).name;
  if (!configuration.bridgeCut.enabled) return NOT_CONFIGURED;
  const policy = bridgePolicy(configuration, survivor, cutOff);
  // Noted before it is done: a policy that the ledger does not know of would never be removed.
  const noted = await recordFor(store, input.operation, { type: 'bridge-cut', site: cutOff });
  if (noted === 'superseded') return SUPERSEDED;
  if ((await guard(store, input.operation)) === 'superseded') return SUPERSEDED;
  await clusterOf(survivor.name).applyNetworkPolicy(policy);
  return { outcome: 'cut', policy: policy.metadata.name };
}

/**
 * Lets the sites talk again. A policy may stand at either of them: one that was shut out and then promoted with its
 * loss accepted is shut out still, by the site that is stale now. Also with `bridgeCut` switched off
 * meanwhile, as long as the ledger knows of a cut.
 */
export async function restoreBridge(
  { configuration, store, clusterOf }: DataGridWorld,
  input: InputOf<'restore-bridge'>,
): Promise<RestoreBridgeOutcome> {
  const survivor = siteOf(configuration, input.site);
  const cutOff = otherSiteOf(configuration, survivor.name).name;
  const ledger = await guard(store, input.operation);
  if (ledger === 'superseded') return SUPERSEDED;
  const noted = Object.values(ledger.sites).some((site) => site.bridgeCut);
  if (!configuration.bridgeCut.enabled && !noted) return NOT_CONFIGURED;
  const policy = bridgePolicyName(configuration, cutOff);
  await clusterOf(cutOff).deleteNetworkPolicy(bridgePolicyName(configuration, survivor.name));
  if ((await guard(store, input.operation)) === 'superseded') return SUPERSEDED;
  await clusterOf(survivor.name).deleteNetworkPolicy(policy);
  const recorded = await recordFor(
    store,
    input.operation,
    { type: 'bridge-restored', site: survivor.name },
    { type: 'bridge-restored', site: cutOff },
  );
  return recorded === 'superseded' ? SUPERSEDED : { outcome: 'restored', policy };
}

/**
 * Which policies really stand. The ledger notes a cut before it is made, so one that was refused, or that a person
 * deleted, is noted all the same.
 */
export async function lookAtBridge(
  { configuration, store, clusterOf }: DataGridWorld,
  input: InputOf<'look-at-bridge'>,
): Promise<LookAtBridgeOutcome> {
  const survivor = siteOf(configuration, input.site).name;
  const other = otherSiteOf(configuration, survivor).name;
  if ((await guard(store, input.operation)) === 'superseded') return SUPERSEDED;
  const standing: { readonly at: SiteName; readonly policy: string }[] = [];
  for (const [at, cutOff] of [
    [survivor, other],
    [other, survivor],
  ] as const) {
    const policy = bridgePolicyName(configuration, cutOff);
    if (await clusterOf(at).readNetworkPolicy(policy)) standing.push({ at, policy });
  }
  if (standing.length === 0) return { outcome: 'open' };
  const policies = standing.map(({ at, policy }) => `${policy} at ${at}`).join(' and ');
  return {
    outcome: 'cut',
    policies,
    remedy:
      `See whether the cluster's network carries out NetworkPolicies at all, and whether another one lets the other site in: then nothing was held back, and nothing is left to wait for. ` +
      `Then delete NetworkPolicy ${policies} and start the resync again, which waits only where one stands.`,
  };
}
