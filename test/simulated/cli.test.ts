import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readLog } from '../../functions/data-grid/cli-output.ts';
import { commandsOf, STEPS, type Step, scriptOf } from '../../functions/data-grid/commands.ts';
import { prove } from '../../functions/data-grid/proofs.ts';
import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import { runCli } from '../../lab/simulated/cli.ts';
import { BACKUP_POLICIES, DataGridPair } from '../../lab/simulated/data-grid.ts';
import { onVirtualTime } from '../../lab/simulated/virtual-time.ts';

const A = 'site-a' as SiteName;
const B = 'site-b' as SiteName;
const CACHES = ['work', 'loginFailures'] as CacheName[];

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
const forGood = new AbortController().signal;

const atTheSites = <Result>(story: (grid: DataGridPair) => Promise<Result>, caches = CACHES) =>
  onVirtualTime(() =>
    story(
      new DataGridPair({
        sites: [A, B],
        caches,
        policy: BACKUP_POLICIES['keycloak-26'],
        time: {
          now: () => Date.now(),
          sleep,
          after: (delay, work) => void setTimeout(work, delay),
        },
      }),
    ),
  );

const outcomeOf = async (grid: DataGridPair, step: Step) => {
  const commands = commandsOf(step, { against: B, caches: CACHES });
  const { exitCode, log } = await runCli(grid, A, scriptOf(commands), sleep, forGood);
  expect(exitCode).toBe(0);
  return prove({ step, site: A, against: B, caches: CACHES, pods: null }, readLog(log, commands, 'batch', B));
};

describe('the CLI over the model', () => {
  it('is understood by the product for every step there is', () =>
    atTheSites(async (grid) => {
      const order: Step[] = ['take-offline', 'clear', 'bring-online', 'prepare-push', 'push'];
      for (const step of [...order, ...STEPS.filter((each) => !order.includes(each) && each !== 'alone')]) {
        await sleep(5_000);
        expect([step, (await outcomeOf(grid, step)).outcome]).toEqual([step, 'proven']);
      }
      grid.cut('the link');
      await sleep(50_000);
      expect((await outcomeOf(grid, 'alone')).outcome).toBe('proven');
    }));

  it('takes the time of a JVM, and then some', () =>
    atTheSites(async (grid) => {
      const began = Date.now();
      await runCli(grid, A, 'site name\n', sleep, forGood);
      expect(Date.now() - began).toBe(2_215);
    }));

  it('says of a cache that it does not have that there is none', () =>
    atTheSites(async (grid) => {
      const caches = ['work', 'nosuch'] as CacheName[];
      const commands = commandsOf('describe-caches', { against: B, caches });
      const { log } = await runCli(grid, A, scriptOf(commands), sleep, forGood);
      const context = { step: 'describe-caches', site: A, against: B, caches, pods: null } as const;
      expect(prove(context, readLog(log, commands, 'batch', B))).toMatchObject({
        descriptions: { work: { exists: true }, nosuch: { exists: false } },
      });
    }));

  it('goes on after a line that did nothing, and stops at an echo that looks like an option', () =>
    atTheSites(async (grid) => {
      const wrong = await runCli(
        grid,
        A,
        'site status --cache=nosuch --site=site-b\nsite name\n',
        sleep,
        forGood,
      );
      expect(wrong.exitCode).toBe(0);
      expect(wrong.log.trim().endsWith('site-a')).toBe(true);
      const stopped = await runCli(grid, A, 'echo --x\nsite name\n', sleep, forGood);
      expect(stopped.exitCode).toBe(1);
      expect(stopped.log).not.toContain('site-a');
    }));

  it('hangs against a frozen server and goes on when it thaws', () =>
    atTheSites(async (grid) => {
      grid.freeze(A);
      const running = runCli(grid, A, 'site take-offline --all-caches --site=site-b\n', sleep, forGood);
      await sleep(60_000);
      expect(grid.isOnline(A, CACHES[0]!)).toBe(true);
      grid.thaw(A);
      expect((await running).exitCode).toBe(0);
      expect(grid.isOnline(A, CACHES[0]!)).toBe(false);
    }));
});

interface Recording {
  readonly at: SiteName;
  readonly exitCode: number;
  readonly script: string;
}

const recorded = (file: string) =>
  readFileSync(new URL(`../data-grid/recorded/${file}`, import.meta.url), 'utf8');
const { recorded: recordings } = JSON.parse(recorded('index.json')) as {
  recorded: Readonly<Record<string, Recording>>;
};

/** Each frame's text; JSON as the value that it is, of statistics only the count. */
function framesOf(log: string): readonly unknown[] {
  return log.split(/^(?:BEGIN|END)-\d+\n/m).map((text) => {
    try {
      const value = JSON.parse(text);
      if (typeof value?.approximate_entries_unique !== 'number') return value;
      return { approximate_entries_unique: value.approximate_entries_unique };
    } catch {
      return text;
    }
  });
}

const pushed = async (grid: DataGridPair) => {
  for (const cache of RECORDED_CACHES) await grid.push(A, cache);
  await sleep(5_000);
};
const gone = async (grid: DataGridPair) => {
  grid.kill(B);
  await sleep(50_000);
};
const allOffline = async (grid: DataGridPair) => {
  for (const cache of RECORDED_CACHES) grid.takeOffline(A, cache);
};

const RECORDED_CACHES = ['actionTokens', 'authenticationSessions', 'loginFailures', 'work'] as CacheName[];

/** What the sites have been through before each recording. */
const SITUATIONS: readonly (readonly [string, (grid: DataGridPair) => Promise<void>])[] = [
  ['view', async () => {}],
  ['status-online', async () => {}],
  ['push-status-idle', async () => {}],
  ['prepare-push', async () => {}],
  ['count', async () => {}],
  ['describe-caches', async () => {}],
  ['status-all-online', async () => {}],
  ['wrong-cache', async () => {}],
  ['wrong-site', async () => {}],
  ['unknown-command', async () => {}],
  ['unknown-subcommand', async () => {}],
  ['missing-option', async () => {}],
  ['status-mixed', async () => {}],
  ['take-offline', async () => {}],
  ['take-offline-again', allOffline],
  ['status-offline', allOffline],
  ['clear', async () => {}],
  ['bring-online-back', async () => {}],
  ['push-status-ok', pushed],
  ['push-status-some', pushed],
  ['end-push', pushed],
  ['bring-online', async () => {}],
  ['server-down', gone],
  ['view-alone', gone],
  ['status-online-while-gone', gone],
  ['prepare-push-while-gone', gone],
  ['push-while-gone', gone],
  [
    'push-status-while-gone',
    async (grid) => {
      await gone(grid);
      await pushed(grid);
    },
  ],
  ['take-offline-while-gone', gone],
];

describe('what the real CLI printed, the model prints too', () => {
  it.each(SITUATIONS)('%s', async (name, prepare) => {
    const { at, script, exitCode } = recordings[name]!;
    await atTheSites(async (grid) => {
      await prepare(grid);
      const answer = await runCli(grid, at, script, sleep, forGood);
      expect(framesOf(answer.log)).toEqual(framesOf(recorded(`${name}.log`)));
      expect(answer.exitCode).toBe(exitCode);
    }, RECORDED_CACHES);
  });
});
