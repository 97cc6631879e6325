import type { Facts } from '../facts.ts';
import { type Check, pass, warn } from '../report.ts';

const ID = 'failure-policy';

/** What becomes of a write that does not reach the other site, by the configuration. The Batches tell the caches' own. */
export const failurePolicyCheck = ({ configuration }: Facts): readonly Check[] => [
  configuration.backupFailurePolicy === 'FAIL'
    ? pass(
        ID,
        'configuration',
        'With failure policy FAIL a write that does not reach the other site is refused: users see errors until it is taken offline, and what was answered is at both sites.',
      )
    : warn(
        ID,
        'configuration',
        'With failure policy WARN a write that does not reach the other site is answered with success and is at one site only: users notice less, and a failover may lose what they were told was stored.',
        'Set failure-policy="FAIL" on the backups of each cache, and backupFailurePolicy in failover.config.json, where that is not wanted.',
      ),
];
