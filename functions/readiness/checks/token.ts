import type { Facts } from '../facts.ts';
import { type Check, fail, pass, warn } from '../report.ts';

const ID = 'token';
const DAY_SECONDS = 86_400;
/** Time for a person to issue a new one. */
const WARN_DAYS = 14;
/** A resync that begins now still has to end with it. */
const FAIL_DAYS = 1;

/** Whether the token for each site's cluster is there, and for how long it is good. */
export const tokenChecks = ({ configuration, clusters, at }: Facts): readonly Check[] =>
  configuration.sites.map(({ name }) => {
    const { token } = clusters[name]!;
    if (token.kind === 'fault') return fail(ID, name, token.what, token.remedy);
    if (token.value.kind === 'eks')
      return pass(
        ID,
        name,
        `The token for the cluster of ${name} is made of the function's own role each time.`,
      );
    const { secretId, expiresAt } = token.value;
    if (expiresAt === null)
      return pass(ID, name, `The token for the cluster of ${name} names no time at which it expires.`);
    const days = (Date.parse(expiresAt) - Date.parse(at)) / 1000 / DAY_SECONDS;
    const remedy = `Issue a new token for the ServiceAccount of ${name} and store it in the secret ${secretId}.`;
    if (days <= 0)
      return fail(ID, name, `The token for the cluster of ${name} expired at ${expiresAt}.`, remedy);
    const what = `The token for the cluster of ${name} expires at ${expiresAt}`;
    if (days < FAIL_DAYS) return fail(ID, name, `${what}, in less than a day.`, remedy);
    if (days < WARN_DAYS) return warn(ID, name, `${what}, in ${Math.floor(days)} days.`, remedy);
    return pass(ID, name, `${what}.`);
  });
