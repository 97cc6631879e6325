import { ApiException } from '@kubernetes/client-node';
import * as v from 'valibot';
import {
  ClusterAccessError,
  ClusterObjectMissingError,
  ClusterRefusedError,
  ClusterUnreachableError,
  type FailoverError,
  TransientError,
} from '../shared/errors.ts';

/** Which verbs somebody has; asked by the cluster's own rule that whoever it knows may ask it of themselves. */
export const ACCESS_REVIEWS = 'selfsubjectaccessreviews.authorization.k8s.io';

/** What was asked of which cluster, in the words of its RBAC. */
export interface Request {
  readonly site: string;
  readonly namespace: string;
  /** Where the token came from that was sent with it. */
  readonly token: 'secret' | 'eks';
  readonly verb: 'get' | 'list' | 'create' | 'update' | 'patch' | 'delete';
  /** As in a Role: `batches.infinispan.org`, `pods/log`. */
  readonly resource: string;
  readonly name?: string;
}

/** The body that Kubernetes answers with when it does not do what was asked. */
const status = v.object({
  message: v.optional(v.string(), ''),
  details: v.optional(v.object({ name: v.optional(v.string(), '') }), { name: '' }),
});
type Status = v.InferOutput<typeof status>;

export function statusOf(error: ApiException<unknown>): Status {
  let body: unknown = error.body;
  if (typeof body === 'string') {
    try {
      body = JSON.parse(body);
    } catch {
      // A proxy's page, or Go's plain "404 page not found": no Status.
    }
  }
  const result = v.safeParse(status, body);
  return result.success ? result.output : { message: '', details: { name: '' } };
}

/** The object is absent, as opposed to its kind not being installed, which answers 404 without its name. */
export const isAbsent = (error: unknown, name: string): boolean =>
  error instanceof ApiException && error.code === 404 && statusOf(error).details.name === name;

export const isConflict = (error: unknown): boolean => error instanceof ApiException && error.code === 409;

const inWords = ({ verb, resource, name, namespace, site }: Request): string =>
  `${verb} ${resource}${name === undefined ? '' : ` "${name}"`} in namespace ${namespace} of ${site}`;

/** What an answer that is no success means for the workflows. Messages quote the API's, never the token. */
export function refusal(request: Request, error: ApiException<unknown>): FailoverError {
  const what = inWords(request);
  const said = statusOf(error).message;
  const words = said === '' ? '' : ` It says: ${said}.`;
  switch (error.code) {
    case 401:
      return new ClusterAccessError(
        `The Kubernetes API does not accept our token: ${what} answered 401, also with the token fetched afresh.`,
        request.token === 'eks'
          ? `Give the EKS cluster of ${request.site} an access entry for our role, and see that its name is right in cluster.token.eksClusterName.`
          : `Issue a new token for the ServiceAccount of ${request.site} and store it in its secret.`,
      );
    case 403:
      return new ClusterAccessError(
        `The Kubernetes API does not allow us: ${what}.${words}`,
        request.resource === ACCESS_REVIEWS
          ? 'Bind the ClusterRole "system:basic-user" to the group "system:authenticated" again, as Kubernetes does.'
          : `Allow "${request.verb}" on "${request.resource}" in our Role (infra/kubernetes/access.yaml).`,
      );
    case 404:
      return new ClusterObjectMissingError(
        `The Kubernetes API knows no such thing: ${what}.${words}`,
        'Correct the names in failover.config.json, or install the operator whose resource it is.',
      );
    case 429:
      return transient(what, error.code, words);
    default:
      if (error.code >= 500) return transient(what, error.code, words);
      return new ClusterRefusedError(
        `The Kubernetes API refused what we sent: ${what} answered ${error.code}.${words}`,
        'Compare the operator with the versions that this product supports.',
      );
  }
}

const transient = (what: string, code: number, words: string): TransientError =>
  new TransientError(`${what} answered ${code}.${words}`, 'The state machine tries again.');

/** @returns null when the error is none of the network's: a mistake of ours, to be thrown as it is */
export function failureOfConnection(request: Request, error: unknown): FailoverError | null {
  const what = inWords(request);
  if (error instanceof SyntaxError || v.isValiError(error)) {
    return new TransientError(
      `${what} answered with something that is not the object asked for.`,
      'The state machine tries again; see what stands in front of the API when this stays.',
      { cause: error },
    );
  }
  const code =
    codeOf(error) ?? (error instanceof TypeError && error.message === 'fetch failed' ? 'no answer' : null);
  if (code === null) return null;
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/.test(code)) {
    return new ClusterAccessError(
      `The certificate of the Kubernetes API of ${request.site} is not trusted (${code}).`,
      'Correct cluster.certificateAuthority or cluster.apiServer of that site in failover.config.json.',
      { cause: error },
    );
  }
  return new ClusterUnreachableError(
    `The Kubernetes API of ${request.site} can't be reached (${code}).`,
    'A lost site answers again when it is back.',
    { cause: error },
  );
}

export const silence = (request: Request, limitMilliseconds: number): ClusterUnreachableError =>
  new ClusterUnreachableError(
    `The Kubernetes API of ${request.site} did not answer within ${limitMilliseconds / 1000} s: ${inWords(request)}.`,
    'A lost site answers again when it is back.',
  );

/** The system's word for a failed connection, such as ECONNREFUSED, however deep libraries have wrapped it. */
export function codeOf(error: unknown): string | null {
  for (let each: unknown = error; typeof each === 'object' && each !== null; ) {
    const { code, cause } = each as { readonly code?: unknown; readonly cause?: unknown };
    if (typeof code === 'string') return code;
    each = cause;
  }
  return null;
}
