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

const atTheSites = <Result>(story: (grid: DataGridPair) => Promise<Result>) =>
  onVirtualTime(() =>
    story(
      new DataGridPair({
        sites: [A, B],
        caches: CACHES,
        policy: BACKUP_POLICIES['keycloak-26'],
        time: {
          now: () => Date.now(),
          sleep,
          after: (delay, work) => void setTimeout(work, delay),
        },
      }),
    ),
  );

const said = async (grid: DataGridPair, script: string) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the CLI writes its errors in red
  (await runCli(grid, A, script, sleep, forGood)).log.replace(/\u001b\[\d+m/g, '').trim();

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

  it('answers as the real one does', () =>
    atTheSites(async (grid) => {
      expect(await said(grid, 'site name')).toBe('site-a');
      expect(await said(grid, 'site view')).toBe('[site-a, site-b]');
      expect(JSON.parse(await said(grid, 'site take-offline --all-caches --site=site-b'))).toEqual({
        work: 'ok',
        loginFailures: 'ok',
      });
      expect(JSON.parse(await said(grid, 'site status --all-caches --site=site-b'))).toEqual({
        status: 'offline',
      });
      expect(await said(grid, 'site bring-online --cache=work --site=site-b')).toBe('');
      expect(JSON.parse(await said(grid, 'site status --all-caches'))).toEqual({
        'site-b': { status: 'mixed', online: ['work'], offline: ['loginFailures'], mixed: [] },
      });
      expect(JSON.parse(await said(grid, 'site push-site-status --cache=work'))).toEqual({
        'site-b': 'IDLE',
      });
      expect(JSON.parse(await said(grid, 'stats /containers/default/caches/work'))).toMatchObject({
        approximate_entries_unique: 0,
        current_number_of_entries: -1,
      });
    }));

  it('says in words what it did not do, goes on with the next line and ends with 0', () =>
    atTheSites(async (grid) => {
      const script =
        'site status --cache=nosuch --site=site-b\nsite take-offline --all-caches --site=site-zz\nsite name\n';
      const { exitCode, log } = await runCli(grid, A, script, sleep, forGood);
      expect(exitCode).toBe(0);
      expect(log).toContain("Not Found: ISPN012010: Cache with name 'nosuch' not found");
      expect(log).toContain('"work": "Incorrect site name: site-zz"');
      expect(log.trim().endsWith('site-a')).toBe(true);
    }));

  it('stops at an unknown command, and at an echo that looks like an option', () =>
    atTheSites(async (grid) => {
      expect((await runCli(grid, A, 'nonsense\nsite name\n', sleep, forGood)).exitCode).toBe(1);
      expect((await runCli(grid, A, 'echo --x\nsite name\n', sleep, forGood)).log).not.toContain('site-a');
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
