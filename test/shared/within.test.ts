import { describe, expect, it } from '@jest/globals';
import { within } from '../../functions/shared/within.ts';
import { onVirtualTime } from '../../lab/simulated/virtual-time.ts';

const late = () => new Error('Too late.');
const after = (milliseconds: number) => new Promise<string>((done) => setTimeout(done, milliseconds, 'done'));

describe('a limit to what is waited for', () => {
  it('gives the answer that comes before, and leaves no timer', () =>
    onVirtualTime(async () => {
      expect(await within(20, late, () => after(10))).toBe('done');
      await expect(within(20, late, () => Promise.reject(new Error('No.')))).rejects.toThrow('No.');
    }));

  it('gives its own fault where none does, also where the work ends by its signal, which hears of it', () =>
    onVirtualTime(async () => {
      let signal: AbortSignal | null = null;
      const began = Date.now();
      const limited = within(20, late, (given) => {
        signal = given;
        return new Promise((_resolve, reject) => {
          given.addEventListener('abort', () => reject(new Error('Aborted.')));
        });
      });
      await expect(limited).rejects.toThrow('Too late.');
      expect(Date.now() - began).toBe(20);
      expect(signal!.aborted).toBe(true);
    }));
});
