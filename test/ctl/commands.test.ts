import { describe, expect, it } from '@jest/globals';
import { A, B } from '../machines/world.ts';
import { atTerminal, fileOf } from './terminal.ts';

describe('status', () => {
  it('shows who serves, how both sites stand and that nothing is to be done', () =>
    atTerminal(async (terminal) => {
      expect(await terminal.types('status')).toBe(0);
      expect(terminal.text).toMatch(/^sso in eu-central-1, account 123456789012\n/);
      expect(terminal.text).toMatch(/site-a +PRIMARY +serves +in-sync +reachable/);
      expect(terminal.text).toMatch(/site-b +SECONDARY +passive +in-sync +reachable/);
      expect(terminal.text).toMatch(/Automation +armed/);
      expect(terminal.text).toMatch(/Next\n {2}Nothing\./);
    }));

  it('names what runs, what it waits for, and what a person can do', () =>
    atTerminal(async (terminal, world) => {
      world.engine.startExecution('switchover', { approve: true });
      await world.wait(5);
      expect(await terminal.types('status')).toBe(0);
      expect(terminal.text).toMatch(/Operation +switchover since 2026-01-05 12:00:\d\d UTC \(\d+ s ago\)/);
      expect(terminal.text).toMatch(
        /Approval +switchover asks: Move traffic from site-a to site-b\? \(waits until/,
      );
      expect(terminal.text).toContain('Answer: npm run ctl -- approve');
    }));

  it('of a site that is back with old data points to its resync', () =>
    atTerminal(async (terminal, world) => {
      await world.lostAndFoundB({ contained: true });
      expect(await terminal.types('status')).toBe(0);
      expect(terminal.text).toMatch(/site-b +SECONDARY +passive +stale .* offline at site-a, contained/);
      expect(terminal.text).toContain('npm run ctl -- resync');
    }));

  it('is green where all is well on a terminal, and plain where nobody would see colours', () =>
    atTerminal(
      async (terminal) => {
        await terminal.types('status');
        expect(terminal.text).toContain('\u001b[32mserves\u001b[39m');
        await terminal.types('status --json');
        expect(terminal.document).toMatchObject({ command: 'status', exitCode: 0, ledger: { serving: A } });
        expect(terminal.text).not.toContain('\u001b');
      },
      { colours: true },
    ));

  it('of an installation whose health checks are created, whose ids nobody wrote down', () =>
    atTerminal(
      async (terminal) => {
        expect(await terminal.types('status')).toBe(0);
        expect(terminal.text).toMatch(/site-a +PRIMARY +serves +in-sync +reachable/);
      },
      { file: fileOf('new') },
    ));

  it('without a ledger says how one comes about', () =>
    atTerminal(async (terminal, world) => {
      world.losesItsLedger();
      expect(await terminal.types('status')).toBe(1);
      expect(terminal.text).toMatch(/no ledger.*\n.*adopt/i);
    }));
});

describe('automation', () => {
  it('is disarmed for two hours with a reason, and armed again', () =>
    atTerminal(async (terminal, world) => {
      expect(await terminal.types('disarm --for 2h --why maintenance_of_site-b')).toBe(0);
      expect(terminal.text).toContain(
        'Automation is disarmed until 2026-01-05 14:00:30 UTC: maintenance of site-b',
      );
      expect((await world.ledger()).automation).toMatchObject({
        armed: false,
        disarmedUntil: '2026-01-05T14:00:30.000Z',
        why: 'maintenance of site-b',
      });
      await terminal.types('status');
      expect(terminal.text).toContain('DISARMED until 2026-01-05 14:00:30 UTC: maintenance of site-b');
      expect(await terminal.types('arm')).toBe(0);
      expect(terminal.text).toBe('Automation is armed.');
      expect((await world.ledger()).automation.armed).toBe(true);
    }));

  it('is disarmed until somebody arms it', () =>
    atTerminal(async (terminal, world) => {
      expect(await terminal.types('disarm --why=holidays --json')).toBe(0);
      expect(terminal.document).toMatchObject({ outcome: 'disarmed', until: null, why: 'holidays' });
      expect((await world.ledger()).automation).toMatchObject({ armed: false, disarmedUntil: null });
    }));

  it('may move again at once when a person has seen its last move', () =>
    atTerminal(async (terminal, world) => {
      await world.knows({
        type: 'serving-site-lost',
        lost: A,
        automatic: true,
        reason: 'its endpoint was down',
      });
      expect(await terminal.types('acknowledge')).toBe(0);
      expect((await world.ledger()).moveAcknowledged).toBe(true);
    }));

  it('can’t be set before there is a ledger', () =>
    atTerminal(async (terminal, world) => {
      world.losesItsLedger();
      expect(await terminal.types('arm')).toBe(1);
      expect(terminal.stderr).toEqual([
        'There is no ledger of sso in sso-ledger.',
        'Start the workflow "adopt": it records who serves.',
      ]);
    }));
});

describe('an approval', () => {
  it('is given in the name of whoever holds the credentials, after the question was shown', () =>
    atTerminal(async (terminal, world) => {
      const { executionArn } = world.engine.startExecution('switchover', { approve: true, isolate: false });
      await world.wait(5);
      expect(await terminal.types('approve')).toBe(0);
      expect(terminal.stdout[0]).toBe('switchover asks: Move traffic from site-a to site-b?');
      expect(terminal.text).toContain('switchover is approved.');
      expect((await world.ledger()).approval).toMatchObject({ answer: 'approved', answeredBy: 'maria' });
      expect(await world.engine.ended(executionArn)).toMatchObject({ output: { outcome: 'switched-over' } });
    }));

  it('is refused in the name that was given', () =>
    atTerminal(async (terminal, world) => {
      world.engine.startExecution('switchover', { approve: true });
      await world.wait(5);
      expect(await terminal.types('refuse --by operations')).toBe(0);
      expect(terminal.text).toContain('switchover is refused.');
      expect((await world.ledger()).approval).toMatchObject({ answer: 'refused', answeredBy: 'operations' });
    }));

  it('that nobody waits for is no success', () =>
    atTerminal(async (terminal) => {
      expect(await terminal.types('approve')).toBe(1);
      expect(terminal.text).toContain('Nothing to do: ');
    }));
});

describe('abort', () => {
  const running = async (world: Parameters<Parameters<typeof atTerminal>[0]>[1]) => {
    const execution = world.engine.startExecution('switchover', { approve: true });
    await world.wait(5);
    return execution.executionArn;
  };

  it('says what it means, asks, stops the workflow and waits until the operation is free', () =>
    atTerminal(
      async (terminal, world) => {
        const execution = await running(world);
        expect(await terminal.types('abort --why wrong_day')).toBe(0);
        expect(terminal.questions).toEqual(['Stop it? Type yes: ']);
        expect(terminal.text).toMatch(
          /Stopping it undoes nothing.*\n.*Before traffic has moved nothing is changed/,
        );
        expect(terminal.stdout.at(-1)).toBe('switchover is stopped, and the operation is free.');
        expect(world.engine.describeExecution(execution)).toMatchObject({
          status: 'ABORTED',
          error: 'Stopped',
          cause: 'by maria: wrong day',
        });
        expect((await world.ledger()).operation).toBeNull();
      },
      { answers: ['yes'] },
    ));

  it('that is not confirmed stops nothing', () =>
    atTerminal(
      async (terminal, world) => {
        const execution = await running(world);
        expect(await terminal.types('abort')).toBe(1);
        expect(terminal.stderr[0]).toBe('"y" is not "yes": nothing was done.');
        expect(world.engine.describeExecution(execution).status).toBe('RUNNING');
      },
      { answers: ['y'] },
    ));

  it('by a program needs --yes', () =>
    atTerminal(async (terminal, world) => {
      const execution = await running(world);
      expect(await terminal.types('abort')).toBe(2);
      expect(terminal.stderr[1]).toBe('Confirm by --yes.');
      expect(world.engine.describeExecution(execution).status).toBe('RUNNING');
      expect(await terminal.types('abort --yes --json')).toBe(0);
      expect(terminal.document).toMatchObject({ outcome: 'stopped', workflow: 'switchover', released: true });
    }));

  it('says so where the closer does not release the operation', () =>
    atTerminal(
      async (terminal, world) => {
        await running(world);
        expect(await terminal.types('abort --yes')).toBe(1);
        expect(terminal.text).toContain('the operation was not released within 60 s');
      },
      {},
      { withoutRule: true },
    ));

  it('finds nothing to stop where nothing runs', () =>
    atTerminal(async (terminal) => {
      expect(await terminal.types('abort')).toBe(0);
      expect(terminal.text).toBe('No workflow holds the operation: there is nothing to stop.');
    }));

  it('of an operation whose execution is gone says who takes it over', () =>
    atTerminal(async (terminal, world) => {
      await world.lostAndFoundB();
      await world.claimedBefore('resync');
      expect(await terminal.types('abort')).toBe(1);
      expect(terminal.text).toContain('The next workflow that needs the operation takes it over.');
    }));
});

describe('promote-accepting-loss', () => {
  it('says what is lost and wants the site’s name typed out', () =>
    atTerminal(
      async (terminal, world) => {
        world.loses(A);
        expect(await terminal.types('promote-accepting-loss --site site-b --why site-a_is_gone')).toBe(0);
        expect(terminal.questions).toEqual(['Type the name of the site that is to serve: ']);
        expect(terminal.stdout[0]).toBe(
          'site-b will serve. What only site-a holds is lost for good, and site-a is taken offline.',
        );
        expect(world.engine.listExecutions('promote-accepting-loss')[0]!.input).toEqual({
          site: B,
          acceptLoss: true,
          why: 'site-a is gone',
        });
        expect((await world.ledger()).serving).toBe(B);
      },
      { answers: ['site-b'] },
    ));

  it('a second time, of a site that serves and lost entries since, names both ways out', () =>
    atTerminal(
      async (terminal, world) => {
        await terminal.types('promote-accepting-loss --site site-b');
        await world.wait(120);
        await world.knows({ type: 'site-suspected', site: B });
        expect(await terminal.types('promote-accepting-loss --site site-b')).toBe(0);
        expect(terminal.text).toContain('site-b serves, and its Keycloak is up.');
        expect(terminal.text).toContain('site-b is suspect since');
        expect(terminal.text).toContain('start "resync" with {"acceptCounts":true}');
        expect(terminal.text).toContain('start "promote-accepting-loss" with {"site":"site-a"');
        expect((await world.ledger()).sites[B]?.trust).toBe('suspect');
      },
      { answers: ['site-b', 'site-b'] },
    ));

  it('moves nothing when another name is typed', () =>
    atTerminal(
      async (terminal, world) => {
        expect(await terminal.types('promote-accepting-loss --site site-b')).toBe(1);
        expect(world.engine.listExecutions()).toEqual([]);
      },
      { answers: ['yes'] },
    ));

  it('by a program names the same site as at the keyboard, and is told what is lost', () =>
    atTerminal(async (terminal, world) => {
      expect(await terminal.types('promote-accepting-loss --site site-b')).toBe(2);
      expect(terminal.text).toContain('What only site-a holds is lost for good');
      expect(terminal.stderr[1]).toMatch(/^Confirm by --yes-accept-loss-and-serve site-b: /);
      const wrong = 'promote-accepting-loss --site site-b --yes-accept-loss-and-serve site-a';
      expect(await terminal.types(wrong)).toBe(2);
      expect(world.engine.listExecutions()).toEqual([]);
      expect(await terminal.types(wrong.replace(/site-a$/, 'site-b'))).toBe(0);
      expect((await world.ledger()).serving).toBe(B);
    }));
});

describe('each workflow with its options', () => {
  it('adopt writes the ledger that was lost', () =>
    atTerminal(async (terminal, world) => {
      world.losesItsLedger();
      expect(await terminal.types('adopt --serving site-a --in-sync')).toBe(0);
      expect(terminal.text).toContain('site-a serves, site-b is in-sync.');
    }));

  it.each([
    ['switchover --dry-run', { dryRun: true }, 0],
    ['failover --dry-run', { dryRun: true }, 1],
    ['failover --lost-site site-a --dry-run', { lostSite: A, dryRun: true }, 0],
    ['resync --accept-counts', { acceptCounts: true }, 0],
    ['contain', {}, 0],
    [
      'switchback --no-approve --move-database --accept-counts',
      { approve: false, moveDatabase: true, acceptCounts: true },
      0,
    ],
  ] as const)('%s, where nothing is lost', (line, input, code) =>
    atTerminal(async (terminal, world) => {
      expect(await terminal.types(line)).toBe(code);
      expect(world.engine.listExecutions(line.split(' ')[0]!)[0]!.input).toEqual(input);
      expect((await world.ledger()).serving).toBe(A);
    }),
  );

  it('a dry run tells each step of the plan', () =>
    atTerminal(async (terminal) => {
      await terminal.types('switchover --dry-run');
      expect(terminal.text).toContain(
        'Nothing was changed. It would:\n  - move traffic from site-a to site-b',
      );
    }));

  it('a dry run tells what would stop it as things are', () =>
    atTerminal(async (terminal, world) => {
      await terminal.types('switchover --dry-run');
      expect(terminal.text).not.toContain('this stands against it');
      world.site(B).cluster.rules = [];
      await terminal.types('switchover --dry-run');
      expect(terminal.text).toMatch(
        /As things are now, this stands against it:\n {2}- site-b: The Kubernetes API of site-b does not allow us: get infinispans/,
      );
      world.loses(B);
      await world.wait(60);
      await terminal.types('switchover --dry-run');
      expect(terminal.text).toContain('  - site-b does not pass its own health check now.');
    }));

  it('a dry run of a switchback to a stale primary says that a resync comes first', () =>
    atTerminal(async (terminal) => {
      await terminal.types('switchover');
      expect(await terminal.types('switchback --dry-run')).toBe(0);
      expect(terminal.text).toContain('It would resynchronize first: site-a is stale.');
    }));

  it('a failover of a site that is gone ends with the survivor serving', () =>
    atTerminal(async (terminal, world) => {
      world.loses(A);
      await world.wait(60);
      expect(await terminal.types('failover --lost-site site-a')).toBe(0);
      expect(terminal.text).toContain('site-b serves, and site-a is taken offline there: writes are good.');
      expect(terminal.text).toMatch(/site-a contained: unreachable/);
    }));

  it('while another one runs nothing is moved, and the reason is said', () =>
    atTerminal(async (terminal, world) => {
      world.engine.startExecution('switchover', { approve: true });
      await world.wait(5);
      expect(await terminal.types('switchover')).toBe(1);
      expect(terminal.text).toMatch(/(Nothing was moved|failed).*switchover runs since/);
    }));
});
