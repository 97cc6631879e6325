import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { USAGE, wanted } from '../../environment/manifests/arguments.ts';
import { filesOf } from '../../environment/manifests/files.ts';
import { orderOf } from '../../environment/manifests/order.ts';
import { write } from '../../environment/manifests/write.ts';
import { example, exampleFile } from './examples.ts';

// A process for each call: slow on a busy machine.
const MAIN = fileURLToPath(new URL('../../environment/manifests/main.ts', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'manifests-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (...words: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], {
    encoding: 'utf8',
    cwd: folder,
  });
  return { status, stdout, stderr };
};

const configured = (file: unknown, name = 'failover.config.json') =>
  writeFileSync(join(folder, name), JSON.stringify(file));

const FILES = filesOf(example('openshift-26'));
const out = () => join(folder, 'manifests');
const everything = (at: string): readonly string[] =>
  readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(at.length + 1))
    .sort();

describe('npm run manifests', () => {
  it('writes all of both sites, says what, and in which order it is applied', () => {
    configured(exampleFile('openshift-26'));
    const { status, stdout, stderr } = run();
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(everything(out())).toEqual(FILES.map(({ path }) => path).sort());
    for (const { path } of FILES) expect(stdout).toContain(`written   manifests/${path}\n`);
    const stages = [...stdout.matchAll(/^\d\. .*/gm)].map(([line]) => line);
    expect(stages).toEqual([
      '1. Who may look at what',
      "2. Each site's token to the other one",
      '3. The Data Grids, with all Secrets in place, until they see each other',
      '4. The caches at both sites, before any Keycloak starts',
      '5. Keycloak, and the way to it; it brings the schema as it starts',
      '6. The caches with an index, again where they were refused',
      '7. Until Keycloak is ready at both sites',
    ]);
    const applied = [...stdout.matchAll(/-f (site-[ab]\/[^\s;]+)/g)].map(([, path]) => path);
    expect([...new Set(applied)].sort()).toEqual(
      FILES.map(({ path }) => path)
        .filter((path) => /\/0\d-/.test(path))
        .sort(),
    );
  });

  it('waits for no cache that the Data Grid refuses before Keycloak has brought its schema', () => {
    const order = orderOf(example('openshift-26'));
    const keycloak = order.findIndex(({ commands }) => commands.join().includes('05-keycloak'));
    const waits = (stages: typeof order) =>
      stages.flatMap(({ commands }) => commands).filter((command) => command.includes(' wait '));
    const indexed = /authenticationsessions|loginfailures|--all|keycloaks\./;
    expect(waits(order.slice(0, keycloak + 1)).filter((command) => indexed.test(command))).toEqual([]);
    expect(order[keycloak - 1]!.notes.join(' ')).toContain('ISPN028022');
    for (const command of order[keycloak + 1]!.commands)
      expect(command).toMatch(
        /^kubectl .* wait .*(caches\S+ caches\S+) \|\| \{ kubectl .* delete \1; kubectl .* apply -f site-[ab]\/04-caches\.yaml; \}$/,
      );
    expect(orderOf(example('kubernetes-24'))).toHaveLength(5);
  });

  it('takes another configuration and another folder', () => {
    configured(exampleFile('kubernetes-24'), 'other.json');
    const { status, stdout } = run('--config', 'other.json', '--out=deep/er');
    expect(status).toBe(0);
    expect(stdout).toContain('written   deep/er/site-b/06-health-endpoint.yaml');
    expect(everything(join(folder, 'deep/er'))).toHaveLength(stdout.match(/^written/gm)!.length);
  });

  it('says where in the configuration it is wrong, all at once, and writes nothing', () => {
    configured(
      exampleFile('openshift-26', (file) => {
        file.caches[0] = 'tokens';
        file.environment.sites['site-a'].exposure.type = 'Tunnel';
      }),
    );
    const { status, stdout, stderr } = run();
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/ {2}caches\.0: tokens is none that/);
    expect(stderr).toMatch(/ {2}environment\.sites\.site-a\.exposure\.type: /);
    expect(everything(folder)).toEqual(['failover.config.json']);
  });

  it('says that the database must be there first, and writes nothing', () => {
    configured(
      exampleFile('openshift-26', (file) => {
        delete file.environment.database.writerEndpoint;
      }),
    );
    const { status, stderr } = run();
    expect(status).toBe(1);
    expect(stderr).toMatch(/environment\.database\.writerEndpoint: is missing.*\n\s*Deploy sso-database/);
    expect(everything(folder)).toEqual(['failover.config.json']);
  });

  it.each<[string, string | null, RegExp]>([
    [
      'is not there',
      null,
      /^failover\.config\.json: there is no such file\. Copy one of environment\/examples/,
    ],
    ['is not JSON', '{"sites": [', /failover\.config\.json is not JSON/],
    ['has no environment', '{"installation": "existing"}', /environment: is missing/],
  ])('says so when the configuration %s', (_, text, says) => {
    if (text !== null) writeFileSync(join(folder, 'failover.config.json'), text);
    const { status, stdout, stderr } = run();
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('refuses with the path and the remedy where somebody changed a file', () => {
    configured(exampleFile('openshift-26'));
    write(out(), FILES);
    writeFileSync(join(out(), 'site-a/05-keycloak.yaml'), 'mine');
    const { status, stdout, stderr } = run();
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      'Nothing was written: these are not as npm run manifests wrote them.\n  manifests/site-a/05-keycloak.yaml\nMove them away, or give another folder by --out.\n',
    );
  });

  it('explains itself', () => {
    const { status, stdout } = run('--help');
    expect([status, stdout]).toEqual([0, `${USAGE}\n`]);
  });

  it('names every mistake in what was typed, and how it is used', () => {
    const { status, stdout, stderr } = run('--output', 'x', '--config');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      `${[
        '--output: there is no such option; they are --config, --out, --help.',
        '--config needs a value.',
        '',
        USAGE,
      ].join('\n')}\n`,
    );
  });
});

describe('the README, in the hands of a person', () => {
  /** The commands of the README in a shell, with a kubectl that notes what it is asked. */
  const shell = (script: string) => {
    write(out(), FILES);
    const noted = join(folder, 'noted');
    const kubectl = `#!/bin/sh
echo "$@" >> ${noted}
case "$*" in *create*) echo batch.infinispan.org/by-hand-clear-x7k2p ;; *logs*) echo '{"status":"offline"}' ;;
*'get secret'*) test ! -e ${noted}.filled || printf dG9rZW4= ;; esac
`;
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin', 'kubectl'), kubectl, { mode: 0o755 });
    // While somebody waits, the cluster goes on: it fills in the tokens.
    writeFileSync(join(folder, 'bin', 'sleep'), `#!/bin/sh\n> ${noted}.filled\n`, { mode: 0o755 });
    const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], {
      cwd: out(),
      encoding: 'utf8',
      env: { PATH: `${join(folder, 'bin')}:${process.env['PATH']}` },
    });
    return { status, stdout, stderr, asked: readFileSync(noted, 'utf8').trim().split('\n') };
  };
  const text = FILES[0]!.text;
  const byHand = text.slice(text.indexOf('    by_hand() {'), text.indexOf('\nLooking only'));

  it('one step creates the Batch at the site that is named, waits for it, and prints what it said', () => {
    const { stdout, stderr, asked } = shell(`${byHand}\nby_hand site-b clear`);
    expect(stderr).toBe('');
    expect(stdout).toBe('{"status":"offline"}\n');
    expect(asked).toEqual([
      '--context site-b create -o name -f site-b/by-hand/clear.yaml',
      '--context site-b -n keycloak wait --for=jsonpath={.status.phase}=Succeeded --timeout=300s batch.infinispan.org/by-hand-clear-x7k2p',
      '--context site-b -n keycloak logs --tail=-1 -c batch -l infinispan_batch=by-hand-clear-x7k2p',
    ]);
  });

  it('every step that a procedure names is a Batch of that site', () => {
    const steps = [...text.matchAll(/^ +by_hand (site-[ab]) (\S+)$/gm)];
    expect(steps.length).toBeGreaterThan(15);
    for (const [, site, step] of steps)
      expect(FILES.map(({ path }) => path)).toContain(`${site}/by-hand/${step}.yaml`);
  });

  it('every command of the order is one that a shell takes', () => {
    const order = text.slice(text.indexOf('## The order'), text.indexOf('Later, apply'));
    const commands = [...order.matchAll(/^ {7}(.*)$/gm)].map(([, command]) => command);
    const { status, stderr, asked } = shell(`set -e\n${commands.join('\n')}`);
    expect([status, stderr]).toEqual([0, '']);
    // Carrying a token is three, and the first one is not there when it is asked for.
    expect(asked).toHaveLength(commands.length + 2 * 2 + 1);
    const get = '--context site-b -n keycloak get secret ispn-xsite-sa-token';
    expect(asked.slice(2, 4).map((words) => words.slice(0, get.length))).toEqual([get, get]);
    expect(asked.filter((words) => words.includes('create')).join('\n')).not.toMatch(
      /create (?!.*--dry-run=client -o yaml$)/m,
    );
  });
});

describe('what was typed', () => {
  const mistakes = (text: string) => {
    const what = wanted(text.split(' '));
    return what.kind === 'refused' ? what.mistakes : what;
  };

  it.each<[string, readonly string[]]>([
    ['--config --out x', ['--config needs a value.']],
    ['--out= --config=', ['--out needs a value.', '--config needs a value.']],
    ['--out a --out b', ['--out is given more than once; once is right.']],
    [
      '-x x y',
      ['-x: there is no such option; they are --config, --out, --help.', 'y: it belongs to no option.'],
    ],
  ])('%s is refused', (text, says) => {
    expect(mistakes(text)).toEqual(says);
  });

  it('a folder that begins with a dash is a folder', () => {
    expect(mistakes('--out=-x')).toEqual({ kind: 'manifests', config: 'failover.config.json', out: '-x' });
  });
});

describe('files that are there already', () => {
  const site = (path: string) => join(out(), path);
  const renamed = filesOf(
    example('openshift-26', (file) => {
      const rename = (given: Record<string, unknown>) => {
        given['site-c'] = given['site-a'];
        delete given['site-a'];
      };
      file.sites[0].name = 'site-c';
      for (const given of [
        file.crossSiteView.metric.dimensionsOf,
        file.bridgeCut.siteCidrs,
        file.environment.sites,
        file.environment.database.vpcOf,
        file.environment.loadBalancerOf,
      ])
        rename(given);
    }),
  );

  it('are left as they are when nothing changed', () => {
    write(out(), FILES);
    const before = statSync(site('README.md')).mtimeMs;
    const again = write(out(), FILES);
    expect(again).toEqual({ kind: 'done', changes: FILES.map(({ path }) => ({ path, what: 'unchanged' })) });
    expect(statSync(site('README.md')).mtimeMs).toBe(before);
  });

  it('are written anew where the configuration changed, and only those', () => {
    write(out(), FILES);
    const changed = filesOf(
      example('openshift-26', (file) => {
        file.environment.dataGrid.replicas = 5;
      }),
    );
    const result = write(out(), changed);
    expect(result.kind === 'done' && result.changes.filter(({ what }) => what === 'written')).toEqual([
      { path: 'site-a/03-infinispan.yaml', what: 'written' },
      { path: 'site-b/03-infinispan.yaml', what: 'written' },
    ]);
    expect(readFileSync(site('site-b/03-infinispan.yaml'), 'utf8')).toContain('replicas: 5');
  });

  it('are not overwritten when somebody wrote or changed them, and then none is', () => {
    mkdirSync(site('site-a'), { recursive: true });
    writeFileSync(site('README.md'), 'Our notes.\n');
    const infinispan = FILES.find(({ path }) => path === 'site-a/03-infinispan.yaml')!;
    writeFileSync(site(infinispan.path), infinispan.text.replace('replicas: 3', 'replicas: 4'));
    expect(write(out(), FILES)).toEqual({
      kind: 'refused',
      foreign: ['README.md', 'site-a/03-infinispan.yaml'],
    });
    expect(everything(out())).toEqual(['README.md', 'site-a/03-infinispan.yaml']);
    expect(readFileSync(site('README.md'), 'utf8')).toBe('Our notes.\n');
  });

  it('of a site that has another name now are removed, but nothing that is not ours', () => {
    write(out(), FILES);
    writeFileSync(site('site-a/07-ours.yaml'), 'kind: ConfigMap\n');
    writeFileSync(site('site-a/by-hand/status.yaml'), '# changed\n');
    mkdirSync(site('site-a/deeper'));
    writeFileSync(site('site-a/deeper/x.yaml'), FILES[1]!.text);
    const result = write(out(), renamed);
    const removed = result.kind === 'done' ? result.changes.filter(({ what }) => what === 'removed') : [];
    expect(removed.map(({ path }) => path).sort()).toEqual(
      FILES.map(({ path }) => path)
        .filter((path) => path.startsWith('site-a/') && path !== 'site-a/by-hand/status.yaml')
        .sort(),
    );
    expect(everything(site('site-a'))).toEqual(['07-ours.yaml', 'by-hand/status.yaml', 'deeper/x.yaml']);
    expect(everything(out()).filter((path) => path.startsWith('site-c/'))).toHaveLength(
      FILES.filter(({ path }) => path.startsWith('site-a/')).length,
    );
  });

  it('leave no empty folder of a site that has another name now', () => {
    write(out(), FILES);
    write(out(), renamed);
    expect(readdirSync(out()).sort()).toEqual(['README.md', 'site-b', 'site-c']);
  });
});
