import { describe, expect, it } from '@jest/globals';
import type { CacheName, SiteName } from '../../functions/shared/names.ts';
import { BACKUP_POLICIES, DataGridPair, type GridTime } from '../../lab/simulated/data-grid.ts';
import { onVirtualTime } from '../../lab/simulated/virtual-time.ts';

const A = 'site-a' as SiteName;
const B = 'site-b' as SiteName;
const WORK = 'work' as CacheName;
const LOGINS = 'loginFailures' as CacheName;

const time: GridTime = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  after: (milliseconds, work) => void setTimeout(work, milliseconds),
};
const seconds = (count: number) => time.sleep(count * 1000);

interface Incident {
  readonly grid: DataGridPair;
  readonly views: string[];
  /** The answer and how long it took, in seconds. */
  write(site: SiteName, key: string, value: string | null): Promise<[string, number]>;
  has(site: SiteName): Readonly<Record<string, string>>;
}

const incident = (
  story: (incident: Incident) => Promise<void>,
  caches: keyof typeof BACKUP_POLICIES = 'keycloak-26',
) =>
  onVirtualTime(async () => {
    const views: string[] = [];
    const grid = new DataGridPair({
      sites: [A, B],
      caches: [WORK, LOGINS],
      time,
      policy: BACKUP_POLICIES[caches],
      onViewChange: (site, sees) => views.push(`${site} ${sees ? 'sees' : 'lost'} the other`),
    });
    await story({
      grid,
      views,
      write: async (site, key, value) => {
        const began = time.now();
        const answer = await grid.write(site, WORK, key, value);
        return [answer, (time.now() - began) / 1000];
      },
      has: (site) => Object.fromEntries(grid.entries(site, WORK)),
    });
  });

describe('two sites that see each other', () => {
  it('store a write and a delete at both', () =>
    incident(async ({ write, has }) => {
      expect(await write(A, 'session', 'one')).toEqual(['done', 0]);
      expect(has(B)).toEqual({ session: 'one' });
      await write(B, 'session', null);
      expect(has(A)).toEqual({});
    }));
});

describe('a dead backup under Keycloak 26', () => {
  it('makes each write hang for 4.5 s, and then it is refused and not stored', () =>
    incident(async ({ grid, write, has }) => {
      grid.kill(B);
      expect(await write(A, 'session', 'one')).toEqual(['refused', 4.5]);
      expect(has(A)).toEqual({});
    }));

  it('leaves the view after 44 s; writes are refused at once from then on, and the status still says online', () =>
    incident(async ({ grid, write, views, has }) => {
      grid.freeze(B);
      await seconds(45);
      expect(views).toEqual(['site-a lost the other']);
      expect(await write(A, 'session', 'one')).toEqual(['refused', 0]);
      expect(has(A)).toEqual({});
      expect(grid.isOnline(A, WORK)).toBe(true);
    }));

  it('is mended by take-offline at the very next write; what is in flight still waits', () =>
    incident(async ({ grid, write, has }) => {
      grid.freeze(B);
      const hanging = write(A, 'before', 'one');
      await seconds(1);
      grid.takeOffline(A, WORK);
      expect(await write(A, 'after', 'two')).toEqual(['done', 0]);
      expect(await hanging).toEqual(['refused', 4.5]);
      expect(has(A)).toEqual({ after: 'two' });
    }));
});

describe("a dead backup under the guide's caches for RHBK 24", () => {
  it('makes each write hang for 13 s, then it is stored here alone', () =>
    incident(async ({ grid, write, has }) => {
      grid.freeze(B);
      expect(await write(A, 'session', 'one')).toEqual(['done', 13]);
      expect(has(A)).toEqual({ session: 'one' });
      await seconds(45);
      expect(await write(A, 'session', 'two')).toEqual(['done', 0]);
    }, 'rhbk-24'));
});

describe('a site that comes back with old data', () => {
  it('writes into the survivor from the first second, although that one has taken it offline', () =>
    incident(async ({ grid, write, has }) => {
      await write(A, 'session', 'old');
      grid.freeze(A);
      grid.takeOffline(B, WORK);
      await seconds(60);
      await write(B, 'session', 'new');
      grid.thaw(A);
      const atOnce = write(A, 'echo', 'from the past');
      await seconds(1);
      expect(has(B)).toEqual({ session: 'new', echo: 'from the past' });
      // The survivor does not see it yet, so it hears no answer and rolls back its own copy.
      expect(await atOnce).toEqual(['refused', 4.5]);
      expect(has(A)).toEqual({ session: 'old' });
    }));

  it('carries out the requests that it held, over newer values at the survivor', () =>
    incident(async ({ grid, write, has }) => {
      await write(A, 'session', 'old');
      grid.freeze(A);
      void write(A, 'session', 'held');
      grid.takeOffline(B, WORK);
      await write(B, 'session', 'new');
      await seconds(120);
      grid.thaw(A);
      await seconds(1);
      expect(has(B)).toEqual({ session: 'held' });
    }));

  it('empties both sites by a clear that it held', () =>
    incident(async ({ grid, write, has }) => {
      await write(A, 'session', 'one');
      grid.freeze(A);
      void grid.clear(A, WORK);
      grid.takeOffline(B, WORK);
      await seconds(120);
      grid.thaw(A);
      await seconds(1);
      expect(has(A)).toEqual({});
      expect(has(B)).toEqual({});
    }));

  it('reaches nobody while a NetworkPolicy at the survivor keeps the sites apart', () =>
    incident(async ({ grid, write, has }) => {
      await write(A, 'session', 'old');
      grid.freeze(A);
      void write(A, 'session', 'held');
      grid.takeOffline(B, WORK);
      await write(B, 'session', 'new');
      grid.cut('policy at site-b');
      await seconds(120);
      grid.thaw(A);
      expect(await write(A, 'echo', 'from the past')).toEqual(['refused', 4.5]);
      expect(has(B)).toEqual({ session: 'new' });
    }));

  const behindACutBridge = async ({ grid, write }: Incident) => {
    await write(A, 'session', 'old');
    grid.freeze(A);
    void write(A, 'session', 'held');
    grid.takeOffline(B, WORK);
    await write(B, 'session', 'new');
    grid.cut('policy at site-b');
    await seconds(120);
    grid.thaw(A);
    await seconds(1);
  };

  it.each([
    ['while it still sees the survivor', 30, 'held'],
    ['as soon as it has dropped the survivor', 45, 'held'],
    ['6 s after it has dropped the survivor', 50, 'new'],
  ])(
    'goes on sending over a cut bridge what it was asked for before; opened %s, the survivor has it',
    (_, after, value) =>
      incident(async (it) => {
        await behindACutBridge(it);
        // As containing it does: too late for what is under way already.
        it.grid.takeOffline(A, WORK);
        await seconds(after);
        it.grid.heal('policy at site-b');
        await seconds(60);
        expect(it.has(B)).toEqual({ session: value });
      }),
  );

  it('sends nothing to a survivor that was restarted meanwhile, and nothing when it was restarted itself', async () => {
    for (const restarted of [A, B]) {
      await incident(async (it) => {
        await behindACutBridge(it);
        it.grid.kill(restarted);
        it.grid.restart(restarted);
        it.grid.heal('policy at site-b');
        await seconds(60);
        expect(it.has(B)['session']).not.toBe('held');
      });
    }
  });

  it('is seen by the survivor again within a minute, without losing sight of it itself', () =>
    incident(async ({ grid, views }) => {
      grid.freeze(A);
      await seconds(60);
      grid.thaw(A);
      expect(grid.seesOther(A)).toBe(true);
      expect(grid.seesOther(B)).toBe(false);
      await seconds(53);
      expect(views).toEqual(['site-b lost the other', 'site-b sees the other']);
    }));
});

describe('a short freeze', () => {
  it('lets writes that the other one rolled back appear at the frozen site', () =>
    incident(async ({ grid, write, has, views }) => {
      grid.freeze(B);
      expect(await write(A, 'ghost', 'rolled back')).toEqual(['refused', 4.5]);
      await seconds(5);
      grid.thaw(B);
      expect(has(A)).toEqual({});
      expect(has(B)).toEqual({ ghost: 'rolled back' });
      await seconds(60);
      expect(views).toEqual([]);
    }));
});

describe('a full restart', () => {
  it('forgets the data and that the other site is offline', () =>
    incident(async ({ grid, write, has }) => {
      await write(A, 'session', 'one');
      grid.kill(B);
      grid.takeOffline(A, WORK);
      grid.kill(A);
      grid.restart(A);
      expect(has(A)).toEqual({});
      expect(grid.isOnline(A, WORK)).toBe(true);
      expect(await write(A, 'session', 'two')).toEqual(['refused', 0]);
    }));

  it('is not taken for the node before it: the other site drops that one first, then sees the new one', () =>
    incident(async ({ grid, write, views }) => {
      grid.kill(B);
      await seconds(10);
      grid.restart(B);
      expect(await write(A, 'session', 'one')).toEqual(['refused', 4.5]);
      await seconds(90);
      expect(views).toContain('site-a lost the other');
      expect(grid.seesOther(A)).toBe(true);
      expect(grid.seesOther(B)).toBe(true);
      expect(await write(A, 'session', 'two')).toEqual(['done', 0]);
    }));
});

describe('a clear', () => {
  it('empties only the site that has taken the other one offline', () =>
    incident(async ({ grid, write, has }) => {
      await write(A, 'session', 'one');
      grid.takeOffline(B, WORK);
      await grid.clear(B, WORK);
      expect(has(A)).toEqual({ session: 'one' });
      expect(has(B)).toEqual({});
    }));

  it('empties both when only the other site has taken this one offline', () =>
    incident(async ({ grid, write, has }) => {
      await write(A, 'session', 'one');
      grid.takeOffline(A, WORK);
      await grid.clear(B, WORK);
      expect(has(A)).toEqual({});
      expect(has(B)).toEqual({});
    }));
});

describe('a push', () => {
  const stale = async ({ grid, write }: Incident) => {
    grid.takeOffline(A, WORK);
    for (let count = 0; count < 1000; count++) await write(A, `session-${count}`, 'old');
  };

  it('brings the other site online, says SENDING, then OK, and leaves newer keys there alone', () =>
    incident(async (it) => {
      await stale(it);
      const { grid, write, has } = it;
      expect(await grid.push(A, WORK)).toBe(true);
      expect(grid.isOnline(A, WORK)).toBe(true);
      expect(grid.pushStatus(A, WORK)).toBe('SENDING');
      await write(A, 'session-1', 'newer');
      await write(A, 'session-2', null);
      await seconds(2);
      expect(grid.pushStatus(A, WORK)).toBe('OK');
      expect(has(B)).toEqual(has(A));
      expect(has(B)['session-1']).toBe('newer');
      expect(has(B)['session-2']).toBeUndefined();
    }));

  it('never deletes at the receiver', () =>
    incident(async ({ grid, write, has }) => {
      await write(A, 'ended', 'session');
      grid.takeOffline(A, WORK);
      await write(A, 'ended', null);
      await grid.push(A, WORK);
      await seconds(2);
      expect(has(B)).toEqual({ ended: 'session' });
    }));

  it('says OK with an empty receiver when that one died meanwhile and came back after the view had dropped it', () =>
    incident(async (it) => {
      await stale(it);
      const { grid, has } = it;
      await grid.push(A, WORK);
      grid.kill(B);
      await seconds(50);
      expect(grid.pushStatus(A, WORK)).toBe('SENDING');
      grid.restart(B);
      await seconds(60);
      expect(grid.pushStatus(A, WORK)).toBe('OK');
      expect(has(B)).toEqual({});
    }));

  it('says SENDING for good when the receiver was back before that; a second push is accepted and does nothing', () =>
    incident(async (it) => {
      await stale(it);
      const { grid, has } = it;
      await grid.push(A, WORK);
      grid.kill(B);
      await seconds(10);
      grid.restart(B);
      await seconds(120);
      expect(await grid.push(A, WORK)).toBe(true);
      grid.clearPushStatus(A, WORK);
      await seconds(10);
      expect(grid.pushStatus(A, WORK)).toBe('SENDING');
      grid.cancelPush(A, WORK);
      grid.clearPushStatus(A, WORK);
      await grid.push(A, WORK);
      await seconds(2);
      expect(grid.pushStatus(A, WORK)).toBe('OK');
      expect(has(B)).toEqual(has(A));
    }));

  it('lies once when it is told to', () =>
    incident(async (it) => {
      await stale(it);
      const { grid, has } = it;
      grid.lieNext('the push says OK and sends nothing', A, WORK);
      await grid.push(A, WORK);
      await seconds(2);
      expect(grid.pushStatus(A, WORK)).toBe('OK');
      expect(has(B)).toEqual({});
    }));
});

describe('a link that is cut and healed', () => {
  it('drops both views after 44 s and forms them again within a minute of healing', () =>
    incident(async ({ grid, views, write }) => {
      grid.cut('link');
      expect(await write(A, 'session', 'one')).toEqual(['refused', 4.5]);
      await seconds(45);
      expect(views).toEqual(['site-a lost the other', 'site-b lost the other']);
      grid.heal('link');
      await seconds(53);
      expect(await write(A, 'session', 'two')).toEqual(['done', 0]);
    }));
});
