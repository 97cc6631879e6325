/** A client that is loaded and made at its first call. */
export function lateClient<Client extends { send: (command: never) => unknown }>(
  load: () => Promise<Client>,
): Pick<Client, 'send'> {
  let client: Promise<Client> | null = null;
  const send = async (command: never) => {
    // One that could not be loaded is tried again: what it was for, as paging, must not stay undone.
    client ??= load().catch((error: unknown) => {
      client = null;
      throw error;
    });
    return (await client).send(command);
  };
  return { send } as Pick<Client, 'send'>;
}
