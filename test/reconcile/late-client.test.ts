import { expect, it } from '@jest/globals';
import { lateClient } from '../../functions/reconcile/late/late-client.ts';

/** A client whose first loads fail. */
function loading(failures: number) {
  let loads = 0;
  const client = lateClient(async () => {
    loads += 1;
    if (loads <= failures) throw new Error('the chunk could not be read');
    return { send: async (command: never) => `answer to ${String(command)}` };
  });
  return { send: (command: string) => client.send(command as never), loads: () => loads };
}

it('a client is loaded once, when it is first called', async () => {
  const { send, loads } = loading(0);
  expect(loads()).toBe(0);
  expect(await Promise.all([send('one'), send('two')])).toEqual(['answer to one', 'answer to two']);
  expect(loads()).toBe(1);
});

it('a client that could not be loaded is loaded at the next call', async () => {
  const { send } = loading(1);
  await expect(send('one')).rejects.toThrow('the chunk could not be read');
  expect(await send('two')).toBe('answer to two');
});
