import type { ApiAnswer, Asked } from './asked.ts';
import { allows, type PolicyRule } from './role.ts';
import { badRequest } from './status-error.ts';

export const isAccessReview = ({ group, version, namespace, resource, verb }: Asked): boolean =>
  group === 'authorization.k8s.io' &&
  version === 'v1' &&
  namespace === null &&
  resource === 'selfsubjectaccessreviews' &&
  verb === 'create';

interface Review {
  readonly spec?: {
    readonly resourceAttributes?: {
      readonly namespace?: string;
      readonly group?: string;
      readonly resource?: string;
      readonly subresource?: string;
      readonly verb?: string;
    };
  };
}

/** What RBAC alone answers: a refusal carries no reason. */
export function reviewAccess(namespace: string, rules: readonly PolicyRule[], body: unknown): ApiAnswer {
  const review = (body ?? {}) as Review;
  const wanted = review.spec?.resourceAttributes;
  if (wanted === undefined) throw badRequest('exactly one of nonResourceAttributes or resourceAttributes');
  const resource = [wanted.resource ?? '', ...(wanted.subresource ? [wanted.subresource] : [])].join('/');
  const allowed =
    wanted.namespace === namespace && allows(rules, wanted.group ?? '', resource, wanted.verb ?? '');
  return { code: 201, body: { ...review, status: { allowed } } };
}
