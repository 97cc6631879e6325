import type { Service } from './service.ts';

/**
 * STS as far as it says whose credentials a caller has: the same for all of them.
 * Not modelled: roles, sessions, and what their credentials may do.
 */
export const identityService = (accountId: string): Service => ({
  name: 'STS',
  operations: {
    GetCallerIdentity: () => ({
      Account: accountId,
      UserId: 'AIDALAB',
      Arn: `arn:aws:iam::${accountId}:user/lab`,
    }),
  },
});
