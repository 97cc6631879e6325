import type { SiteConfiguration } from '../shared/configuration.ts';
import { findingsAt } from './findings.ts';
import type { LookOverOutcome } from './outcomes.ts';
import type { DataGridWorld } from './world.ts';

/** What a dry run can see of both sites without changing anything: whether their clusters would let a workflow work. */
export async function lookOver(world: DataGridWorld): Promise<LookOverOutcome> {
  const found = await Promise.all(world.configuration.sites.map((site) => said(world, site)));
  const findings = found.flat();
  return findings.length === 0
    ? {
        outcome: 'ready',
        findings: [
          'Both sites let us run Batches, the Infinispan resource is WellFormed and each Data Grid pod is ready.',
        ],
      }
    : { outcome: 'not-ready', findings };
}

async function said(world: DataGridWorld, site: SiteConfiguration): Promise<readonly string[]> {
  try {
    return (await findingsAt(world, site)).map(({ reason, remedy }) => `${reason} ${remedy}`);
  } catch (error) {
    // A plan with a gap is better than none.
    return [`${site.name}: ${error instanceof Error ? error.message : String(error)}`];
  }
}
