/** A refusal as the Kubernetes API writes it: a `Status` object. */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: number, reason: string, message: string, details?: Readonly<Record<string, unknown>>) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  toStatus(): Readonly<Record<string, unknown>> {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

/** @param resource with its group, as in messages: `batches.infinispan.org`, `pods` */
export const notFound = (resource: string, name: string): StatusError =>
  new StatusError(404, 'NotFound', `${resource} "${name}" not found`, detailsOf(resource, name));

export const alreadyExists = (resource: string, name: string): StatusError =>
  new StatusError(409, 'AlreadyExists', `${resource} "${name}" already exists`, detailsOf(resource, name));

export const invalid = (resource: string, name: string, why: string): StatusError =>
  new StatusError(422, 'Invalid', `${resource} "${name}" is invalid: ${why}`, detailsOf(resource, name));

export const badRequest = (message: string): StatusError => new StatusError(400, 'BadRequest', message);

function detailsOf(resource: string, name: string): Readonly<Record<string, unknown>> {
  const dot = resource.indexOf('.');
  return dot === -1
    ? { name, kind: resource }
    : { name, group: resource.slice(dot + 1), kind: resource.slice(0, dot) };
}
