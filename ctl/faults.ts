import type { Configuration } from '../functions/shared/configuration.ts';
import { FailoverError } from '../functions/shared/errors.ts';
import { named } from '../functions/shared/faults.ts';

/** What was typed can't be done as it stands. */
export class UsageError extends FailoverError {}

/** What was asked for was understood and is not done. */
export class RefusedError extends FailoverError {}

export interface Explanation {
  readonly what: string;
  readonly remedy: string;
}

type Explain = (message: string, configuration: Configuration | null) => Explanation;

const expired: Explain = () => ({
  what: 'The AWS credentials have expired.',
  remedy: 'Log in again, for example by: aws sso login',
});

const strange: Explain = (message) => ({
  what: `AWS does not accept the credentials: ${message}`,
  remedy: 'Look at AWS_PROFILE and AWS_ACCESS_KEY_ID: which credentials are meant?',
});

const denied: Explain = (message) => ({
  what: `AWS refuses: ${message}`,
  remedy: 'Use a role that may do this; docs/deploy.md says what the command line needs.',
});

const throttled: Explain = () => ({
  what: 'AWS throttles the calls of this account.',
  remedy: 'Try again in some seconds.',
});

const notDeployed =
  (thing: string): Explain =>
  (message, configuration) => ({
    what: `${thing} does not exist: ${message}`,
    remedy:
      configuration === null
        ? 'Deploy it: npx cdk deploy --all'
        : `Deploy ${configuration.deployment} to ${configuration.region} (npx cdk deploy --all), or name another configuration by --config.`,
  });

const BY_NAME: Readonly<Record<string, Explain>> = {
  CredentialsProviderError: (message) =>
    /expired|refresh/i.test(message)
      ? expired(message, null)
      : {
          what: 'There are no AWS credentials.',
          remedy: 'Name a profile by AWS_PROFILE, or log in, for example by: aws sso login',
        },
  ExpiredToken: expired,
  ExpiredTokenException: expired,
  RequestExpired: expired,
  UnrecognizedClientException: strange,
  InvalidClientTokenId: strange,
  InvalidSignatureException: strange,
  SignatureDoesNotMatch: strange,
  IncompleteSignature: strange,
  AccessDenied: denied,
  AccessDeniedException: denied,
  AuthorizationErrorException: denied,
  AuthorizationError: denied,
  StateMachineDoesNotExist: notDeployed('The workflow'),
  ResourceNotFoundException: notDeployed('The table'),
  ThrottlingException: throttled,
  Throttling: throttled,
  TooManyRequestsException: throttled,
  RequestLimitExceeded: throttled,
  ProvisionedThroughputExceededException: throttled,
};

/** Sockets say these. */
const UNREACHABLE = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
]);

/** One line that says what is wrong and one that says what to do, for whoever typed a command. Never a stack trace. */
export function explained(fault: unknown, configuration: Configuration | null): Explanation {
  if (fault instanceof FailoverError) {
    const what = fault.message.endsWith(fault.remedy)
      ? fault.message.slice(0, -fault.remedy.length).trimEnd()
      : fault.message;
    return { what, remedy: fault.remedy };
  }
  const { name, message, code } = named(fault) as Error & { code?: string };
  const cause = (fault as { name?: string } | null)?.name ?? name;
  const explain = BY_NAME[cause];
  if (explain !== undefined) return explain(messageOf(fault), configuration);
  const socket = codeOf(fault) ?? code;
  if ((socket !== undefined && UNREACHABLE.has(socket)) || cause === 'TimeoutError') {
    return {
      what: `AWS can't be reached (${socket ?? cause}).`,
      remedy:
        'Look at the network, at the region in the configuration, and at AWS_ENDPOINT_URL if it is set.',
    };
  }
  if (socket === 'ERR_INVALID_URL') {
    return {
      what: 'The address of AWS is no URL.',
      remedy: 'Look at AWS_ENDPOINT_URL, and at the region in the configuration.',
    };
  }
  return {
    what: `That failed in a way nobody foresaw: ${cause}: ${message}`,
    remedy: 'Look at `status`, then try again.',
  };
}

const messageOf = (fault: unknown): string => (fault instanceof Error ? fault.message : String(fault));

/** A connection that was tried by several addresses fails by all of them. */
function codeOf(fault: unknown): string | undefined {
  const { code, errors } = (fault ?? {}) as { code?: string; errors?: readonly { code?: string }[] };
  return code ?? errors?.[0]?.code;
}
