import { once } from './once.ts';

/** A client that is loaded and made at its first call. */
export function lateClient<Client extends { send: (command: never) => unknown }>(
  load: () => Promise<Client>,
): Pick<Client, 'send'> {
  const client = once(load);
  const send = async (command: never) => (await client()).send(command);
  return { send } as Pick<Client, 'send'>;
}
