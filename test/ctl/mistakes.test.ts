import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { ask } from '../../ctl/asking.ts';
import { run } from '../../ctl/run.ts';
import { atTerminal, FILE } from './terminal.ts';

const fails = (name: string, message = 'no more than that', more: object = {}) => ({
  send: (async () => {
    throw Object.assign(new Error(message), { name, ...more });
  }) as never,
});

describe('a mistake in what was typed ends with 2, and says what is right without asking AWS', () => {
  it.each([
    ['swichover', 'There is no command swichover. Did you mean switchover?', /^Commands: status, /],
    ['toString', 'There is no command toString.', /^Commands: /],
    [
      '--no-follow switchover',
      'The command comes first, then its options such as --no-follow.',
      /^Commands: /,
    ],
    [
      'switchover --aprove',
      'switchover has no option --aprove. Did you mean --approve?',
      /--dry-run, --approve, --no-approve/,
    ],
    ['switchover --no-dry-run', 'switchover has no option --no-dry-run. Did you mean --dry-run?', /./],
    ['resync --isolate', 'resync has no option --isolate.', /^Its options: --dry-run, --accept-counts, /],
    ['switchover -x', 'switchover has no option -x.', /./],
    ['failover --lost-site', '--lost-site needs a value.', /--lost-site <site>/],
    ['failover --lost-site --dry-run', '--lost-site needs a value.', /./],
    ['failover --lost-site site-c', '--lost-site site-c: There is no site "site-c".', /site-a, site-b/],
    ['failover site-a', 'failover takes no word "site-a".', /--lost-site/],
    ['failover --dry-run --dry-run', '--dry-run was given twice.', /once/],
    ['failover --dry-run=yes', '--dry-run takes no value.', /alone/],
    ['readiness --check deep', '--check deep: there is no such look.', /quick or whole/],
    ['disarm --for 2h', 'disarm needs a reason.', /--why/],
    ['disarm --why x --for 2', '--for 2: that is no length of time.', /2h/],
    ['disarm --for 2w --why x', '--for 2w: that is no length of time.', /30m, 2h/],
    ['readiness --check wole --no-follow', '--check wole: there is no such look.', /quick or whole/],
    [
      'promote-accepting-loss',
      'promote-accepting-loss needs the site that is to serve.',
      /--site site-a or site-b/,
    ],
    [
      'promote-accepting-loss --site site-b',
      'Nobody is at the keyboard to be asked.',
      /^Confirm by --yes-accept-loss-and-serve site-b: site-b will serve\. What only site-a holds is lost for good/,
    ],
    [
      'promote-accepting-loss --site site-b --yes-accept-loss-and-serve site-a',
      '--site site-b and --yes-accept-loss-and-serve site-a name different sites.',
      /With site-b, what only site-a holds is lost; with site-a, what only site-b holds\./,
    ],
  ])('%s', (line, what, remedy) =>
    atTerminal(
      async (terminal, world) => {
        expect(await terminal.types(line)).toBe(2);
        expect(terminal.stdout).toEqual([]);
        expect(terminal.stderr[0]).toBe(what);
        expect(terminal.stderr[1]).toMatch(remedy);
        expect(world.engine.listExecutions()).toEqual([]);
      },
      // Whoever has no credentials learns of the mistake first.
      { clients: { sts: fails('CredentialsProviderError') } },
    ),
  );

  it('a configuration with mistakes: all of them', () =>
    atTerminal(
      async (terminal) => {
        expect(await terminal.types('status')).toBe(2);
        expect(terminal.text).toMatch(/accountId.*\n.*region/s);
      },
      { file: FILE.replace('"123456789012"', '"12"').replace('"region": "eu-central-1"', '"region": 7') },
    ));

  it('a configuration that is not JSON', () =>
    atTerminal(
      async (terminal) => {
        expect(await terminal.types('status --json')).toBe(2);
        expect(terminal.document).toMatchObject({
          exitCode: 2,
          error: { what: expect.stringContaining('failover.config.json is not JSON'), remedy: 'Correct it.' },
        });
      },
      { file: '{' },
    ));
});

describe('what AWS refuses becomes one clear line with a remedy', () => {
  it.each([
    ['CredentialsProviderError', 'There are no AWS credentials.', /AWS_PROFILE/],
    ['ExpiredTokenException', 'The AWS credentials have expired.', /aws sso login/],
    ['InvalidClientTokenId', 'AWS does not accept the credentials: no more than that', /AWS_PROFILE/],
    ['AccessDeniedException', 'AWS refuses: no more than that', /docs\/deploy\.md/],
    ['ThrottlingException', 'AWS throttles the calls of this account.', /seconds/],
    ['TimeoutError', "AWS can't be reached (TimeoutError).", /AWS_ENDPOINT_URL/],
    ['Strange', 'That failed in a way nobody foresaw: Strange: no more than that', /status/],
  ])('%s', (name, what, remedy) =>
    atTerminal(
      async (terminal) => {
        expect(await terminal.types('status')).toBe(1);
        expect(terminal.stderr).toEqual([what, expect.stringMatching(remedy)]);
      },
      { clients: { sts: fails(name) } },
    ),
  );

  it('a login that has run out is told from none', () =>
    atTerminal(
      async (terminal) => {
        expect(await terminal.types('status')).toBe(1);
        expect(terminal.stderr[0]).toBe('The AWS credentials have expired.');
      },
      {
        clients: {
          sts: fails('CredentialsProviderError', 'Token is expired. To refresh this SSO session run …'),
        },
      },
    ));

  it('a connection that is refused by all addresses', () =>
    atTerminal(
      async (terminal) => {
        expect(await terminal.types('status')).toBe(1);
        expect(terminal.stderr[0]).toBe("AWS can't be reached (ECONNREFUSED).");
      },
      { clients: { sts: fails('AggregateError', '', { errors: [{ code: 'ECONNREFUSED' }] }) } },
    ));

  it('an address that is none', () =>
    atTerminal(
      async (terminal) => {
        expect(await terminal.types('status')).toBe(1);
        expect(terminal.stderr).toEqual([
          'The address of AWS is no URL.',
          expect.stringMatching(/AWS_ENDPOINT_URL/),
        ]);
      },
      { clients: { sts: fails('TypeError', 'Invalid URL', { code: 'ERR_INVALID_URL' }) } },
    ));

  it('credentials of another account move nothing', () =>
    atTerminal(
      async (terminal, world) => {
        expect(await terminal.types('switchover')).toBe(1);
        expect(terminal.stderr[0]).toBe(
          'These AWS credentials are of account 999999999999, and sso is in account 123456789012.',
        );
        expect(world.engine.listExecutions()).toEqual([]);
      },
      { account: '999999999999' },
    ));

  it('a workflow that is not deployed', () =>
    atTerminal(
      async (terminal) => {
        expect(await terminal.types('switchover')).toBe(1);
        expect(terminal.stderr[0]).toMatch(
          /^The workflow does not exist: There is no state machine .*sso2-switchover/,
        );
        expect(terminal.stderr[1]).toMatch(/^Deploy sso2 to eu-central-1 \(npx cdk deploy --all\)/);
      },
      { file: FILE.replace('"deployment": "sso"', '"deployment": "sso2"') },
    ));

  it('a ledger that is not deployed', () =>
    atTerminal(
      async (terminal) => {
        expect(await terminal.types('status')).toBe(1);
        expect(terminal.stderr[0]).toMatch(/^The table does not exist/);
      },
      { file: FILE.replace('"deployment": "sso"', '"deployment": "sso2"') },
    ));
});

describe('somebody who is asked', () => {
  const typing = async (text: string) => {
    const [keyboard, screen] = [new PassThrough(), new PassThrough()];
    const answer = ask(keyboard, screen, 'Stop it? ');
    keyboard.end(text);
    return { answer: await answer, screen: String(screen.read()) };
  };

  it('answers by a line', async () => {
    expect(await typing('yes\n')).toEqual({ answer: 'yes', screen: 'Stop it? ' });
  });

  it('says nothing by breaking off', async () => {
    expect(await typing('')).toMatchObject({ answer: '' });
  });
});

describe('somebody who asks for help', () => {
  const nowhere = () => {
    throw new Error('help needs neither file nor AWS');
  };
  const helped = async (...typed: readonly string[]) => {
    const lines: string[] = [];
    const edge = {
      readFile: nowhere,
      connect: nowhere,
      now: nowhere,
      sleep: nowhere,
      userName: nowhere,
      ask: null,
    };
    const code = await run(typed, edge, {
      toStdout: (line) => lines.push(line),
      toStderr: (line) => lines.push(`stderr: ${line}`),
      colours: false,
    });
    return { code, text: lines.join('\n') };
  };

  it('reads what every command does', async () => {
    const { code, text } = await helped('--help');
    expect(code).toBe(0);
    expect(text).toMatch(/switchover +Traffic moves/);
    expect(text).toMatch(/promote-accepting-loss +When nothing is safe/);
  });

  it('reads the options of one command', async () => {
    const { code, text } = await helped('failover', '--help');
    expect(code).toBe(0);
    expect(text).toMatch(/--lost-site <site> +The site that is lost/);
    expect(text).not.toContain('--operation');
  });

  it.each(['doctor', 'readiness'])('learns that %s does more than look', async (command) => {
    expect((await helped(command, '--help')).text).toMatch(
      /besides looking,? (it )?contains or isolates a stale site and settles a suspect one\./i,
    );
  });

  it('gets it too for typing nothing, which did nothing', async () => {
    expect((await helped()).code).toBe(2);
  });
});
