import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readLog } from '../../functions/data-grid/cli-output.ts';
import { commandsOf, STEPS } from '../../functions/data-grid/commands.ts';
import { prove } from '../../functions/data-grid/proofs.ts';
import { UnparseableLogError } from '../../functions/shared/errors.ts';
import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import { healthyCli, logOf } from '../data-grid/site.ts';

const BATCH = 'failover-status-0123456789abcdef';

describe('whatever a log holds', () => {
  const caches = ['work', 'sessions'] as CacheName[];
  const step = fc.constantFrom(...STEPS);
  // Pieces of real logs, shuffled, cut and joined: these come closer to a wrong proof than noise does.
  const piece = fc.oneof(
    fc.constantFrom(
      'ok',
      '"ok"',
      '{}',
      '',
      'site-a',
      '[site-a, site-b]',
      '{"status":"online"}',
      '{"status":"mixed","online":[],"offline":["work"],"mixed":[]}',
      '{"site-a-0":"online"}',
      '{"work":"ok","sessions":"ok"}',
      '{"site-b":"IDLE"}',
      '{"site-b":"SENDING"}',
      '{"ERROR":"x"}',
      'Not Found: ',
      'Error: x',
      '{"approximate_entries_unique":0}',
      '\u001b[31m',
    ),
    fc.string(),
    fc.json(),
  );
  const framed = (index: number, text: string) => `BEGIN-${index + 1}\n${text}\nEND-${index + 1}`;

  const outcomeOf = (log: string, each: (typeof STEPS)[number]) => {
    const target = { against: 'site-b' as SiteName, caches };
    const context = { ...target, step: each, site: 'site-a' as SiteName, pods: null };
    try {
      return prove(context, readLog(log, commandsOf(each, target), BATCH, 'site-b'));
    } catch (error) {
      expect(error).toBeInstanceOf(UnparseableLogError);
      return null;
    }
  };

  it('nothing but its own error is thrown', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((all) => all.join('\n')),
        ),
        step,
        (log, each) => {
          outcomeOf(log, each);
        },
      ),
      { numRuns: 500, seed: 20_260_113 },
    );
  });

  it('offline is never proven, nor a clear, unless the text of each status says offline', () => {
    fc.assert(
      fc.property(
        fc.array(
          piece.filter((text) => !/:\s*"offline"/.test(text)),
          { minLength: 4, maxLength: 12 },
        ),
        fc.constantFrom('take-offline' as const, 'clear' as const),
        (texts, each) => {
          const outcome = outcomeOf(texts.map((text, index) => framed(index, text)).join('\n'), each);
          expect(outcome?.outcome).not.toBe('proven');
        },
      ),
      { numRuns: 500, seed: 20_260_114 },
    );
  });

  it('online is never proven, nor a push, unless the text of each status says online', () => {
    fc.assert(
      fc.property(
        fc.array(
          piece.filter((text) => !text.includes('online')),
          { minLength: 4, maxLength: 8 },
        ),
        fc.constantFrom('bring-online' as const, 'push' as const),
        (texts, each) => {
          const outcome = outcomeOf(texts.map((text, index) => framed(index, text)).join('\n'), each);
          expect(outcome?.outcome).not.toBe('proven');
        },
      ),
      { numRuns: 500, seed: 20_260_115 },
    );
  });

  it('a push is never done unless the text of each cache says OK', () => {
    fc.assert(
      fc.property(
        fc.array(
          piece.filter((text) => !text.includes('"OK"')),
          { minLength: 2, maxLength: 2 },
        ),
        (texts) => {
          const outcome = outcomeOf(
            texts.map((text, index) => framed(index, text)).join('\n'),
            'push-status',
          );
          if (outcome?.outcome === 'proven')
            expect(outcome).toMatchObject({ step: 'push-status', done: false });
        },
      ),
      { numRuns: 500, seed: 20_260_116 },
    );
  });

  it('a good log cut anywhere proves nothing, and one line of it lost proves nothing', () => {
    const target = { against: 'site-b' as SiteName, caches: ['work', 'loginFailures'] as CacheName[] };
    for (const each of STEPS) {
      const commands = commandsOf(each, target);
      const script = commands
        .flatMap(({ line }, i) => [`echo BEGIN-${i + 1}`, line, `echo END-${i + 1}`])
        .join('\n');
      const cut: Record<string, string> = each === 'alone' ? { 'site view': '[site-a]' } : {};
      const log = logOf(script, healthyCli('site-a', cut));
      const proofOf = (text: string) => {
        try {
          return prove(
            { ...target, step: each, site: 'site-a' as SiteName, pods: null },
            readLog(text, commands, BATCH, 'site-b'),
          ).outcome;
        } catch (error) {
          expect(error).toBeInstanceOf(UnparseableLogError);
          return 'unreadable';
        }
      };
      expect([each, proofOf(log)]).toEqual([each, 'proven']);
      const end = log.lastIndexOf(`END-${commands.length}`) + `END-${commands.length}`.length;
      fc.assert(
        fc.property(fc.nat({ max: end - 1 }), (length) => {
          expect(proofOf(log.slice(0, length))).not.toBe('proven');
        }),
        { seed: 20_260_120 },
      );
      const frames = log.split('\n').filter((line) => /^(BEGIN|END)-/.test(line));
      for (const mark of frames) expect(proofOf(log.replace(`${mark}\n`, ''))).not.toBe('proven');
    }
  });
});
