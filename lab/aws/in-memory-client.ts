import { carryOut, type Faults, type Service } from './service.ts';

/** What every command of the SDK carries: its operation's schema, whose third element is the operation's name. */
interface SdkCommand {
  readonly input: unknown;
  readonly schema?: readonly unknown[];
}

/**
 * A client of the SDK without network: takes the real command objects, also those of a minified bundle.
 * Not modelled: serialization, retries, credentials, the client's own validation of inputs.
 *
 * @example
 * const route53 = inMemoryClient<Route53Client>(model.service);
 * await route53.send(new GetHealthCheckCommand({ HealthCheckId: 'site-a' }));
 */
export function inMemoryClient<Client extends { send: unknown }>(
  service: Service,
  faults: Faults = {},
): Pick<Client, 'send'> {
  const send = async ({ input, schema }: SdkCommand) => {
    const call = { service: service.name, operation: String(schema?.[2]), input };
    return { ...(await carryOut(service, call, faults)), $metadata: { httpStatusCode: 200 } };
  };
  return { send } as Pick<Client, 'send'>;
}
