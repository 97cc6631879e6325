import { isDate } from 'node:util/types';

/** An operation takes and returns what the SDK's command of that name does, `$metadata` excepted. */
type Operations = Readonly<Record<string, (input: never) => unknown>>;

export interface Service {
  readonly name: string;
  readonly operations: Operations;
  /** Nobody changes inputs and results, neither the model nor who asks for it: they are not copied. */
  readonly shared?: true;
}

export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
}

/** Where a test or a scenario makes a call slow or fail. Throw a ServiceFault, or wait. */
export interface Faults {
  /** Before the call takes effect. */
  before?(call: Call): void | Promise<void>;
  /** After it took effect, before the caller hears of it: a lost answer. */
  after?(call: Call): void | Promise<void>;
}

/** What AWS would answer instead of a result. */
export class ServiceFault extends Error {
  /** The error code on the wire, where it is not the name that the SDK gives the error. */
  readonly code: string;
  readonly $fault: 'client' | 'server';
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(name: string, message: string, status = 400, code = name) {
    super(message);
    this.name = name;
    this.code = code;
    this.$fault = status >= 500 ? 'server' : 'client';
    this.$metadata = { httpStatusCode: status };
  }
}

/** The product asks for something that the stand-in does not model: a fault of the lab, never to be worked around. */
export class NotModelledError extends Error {
  override readonly name = 'NotModelledError';
}

/** Carries a call out; results and inputs share no object with the model, but where it is `shared`. */
export async function carryOut(service: Service, call: Call, faults: Faults): Promise<object> {
  const operation = service.operations[call.operation];
  if (operation === undefined) {
    throw new NotModelledError(`The stand-in of ${service.name} does not model ${call.operation}.`);
  }
  await faults.before?.(call);
  const passed = service.shared ? (value: unknown) => value : copied;
  const result = passed(await operation(passed(call.input) as never));
  await faults.after?.(call);
  return (result ?? {}) as object;
}

/** Plain values and dates. Not structuredClone: what that makes belongs to another realm where tests run in one. */
function copied(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copied);
  if (isDate(value)) return new Date(value);
  // Filled key by key: it is done for each call of a million histories.
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) copy[key] = copied((value as Record<string, unknown>)[key]);
  return copy;
}
