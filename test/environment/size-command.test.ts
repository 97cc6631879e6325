import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { exampleFile } from './examples.ts';

const MAIN = fileURLToPath(new URL('../../environment/sizing/main.ts', import.meta.url));
const EXAMPLE = '--logins 24 --client-credentials 450 --refreshes 350 --sessions 50000 --pods 3';

const folder = mkdtempSync(join(tmpdir(), 'size-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (text: string) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...text.split(' ')], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

describe('npm run size', () => {
  it('prints every size with its unit and its rule', () => {
    const { status, stdout } = run(EXAMPLE);
    expect(status).toBe(0);
    const lines = stdout.split('\n').map((line) => line.trim().replace(/ {2,}/, ': '));
    expect(lines).toEqual(
      expect.arrayContaining([
        'CPU requested: 5 vCPU',
        'CPU limit: 15 vCPU',
        'Memory requested: 1250 MB',
        'Memory limit: 1360 MB',
        'http-pool-max-threads: 66 threads',
        'http-max-queued-requests: 1000 requests',
        'Database pool (initial = min = max): 30 connections',
        'Connections that the database needs: 180 connections',
      ]),
    );
    expect(stdout).toMatch(/1 vCPU for each 8 logins \(3\).*tested up to 300 logins, 2000 grants and 435/);
    expect(stdout).not.toMatch(/Warning/);
  });

  it('warns where the guide has not tested', () => {
    const { status, stdout } = run(EXAMPLE.replace('24', '400').replace('--pods 3', '--pods 4'));
    expect(status).toBe(0);
    expect(stdout.match(/Warning: .*/g)).toEqual([
      'Warning: 400 logins a second: the guide has tested up to 300; test the load yourself.',
      'Warning: 4 pods: the guide has tested 3; more have more to tell each other, so test the load yourself.',
    ]);
  });

  it('as JSON it goes straight into the configuration, and so it does by itself', () => {
    const file = join(folder, 'failover.config.json');
    writeFileSync(file, JSON.stringify(exampleFile('kubernetes-24')));
    const { status, stdout } = run(
      `${EXAMPLE.replace('--pods 3', '--pods=4').replace('24', '32')} --json --into ${file}`,
    );
    expect(status).toBe(0);
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({ keycloakVersion: '24', databaseConnections: 240 });
    expect(answer.sizing).toMatchObject({ cpuRequestVcpu: 6, httpPoolMaxThreads: 50 });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(
      exampleFile('kubernetes-24', (written) => {
        written.environment.keycloak.sizing = answer.sizing;
        for (const site of written.sites) site.keycloakInstances = 4;
      }),
    );
  });

  it('the configuration decides whose guide counts', () => {
    const file = join(folder, 'of-26.json');
    writeFileSync(file, JSON.stringify(exampleFile('openshift-26')));
    expect(JSON.parse(run(`${EXAMPLE} --json --into ${file}`).stdout)).toMatchObject({
      keycloakVersion: '26',
    });
    const before = readFileSync(file, 'utf8');
    const { status, stderr } = run(`${EXAMPLE} --keycloak 24 --into ${file}`);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /--keycloak 24: environment\.keycloak\.version of .* is 26\. Leave --keycloak out/,
    );
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it.each([
    ['{', /is not JSON: /],
    ['{}', /environment\.keycloak\.version is neither 24 nor 26\. Copy the section/],
    ['null', /environment\.keycloak\.version is neither 24 nor 26\. /],
    [
      '{"environment":{"keycloak":{"version":"24"}}}',
      /sites is no list of sites\. Copy one of environment\/examples/,
    ],
    ['{"environment":{"keycloak":{"version":"24"}},"sites":[null]}', /sites is no list of sites\. Copy/],
  ])('a file that is only %s is left as it is', (text, says) => {
    const file = join(folder, 'odd.json');
    writeFileSync(file, text);
    const { status, stderr } = run(`${EXAMPLE} --into ${file}`);
    expect(status).toBe(1);
    expect(stderr).toMatch(says);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('a file that is not there is named, with where to get one', () => {
    const { status, stderr } = run(`${EXAMPLE} --into ${join(folder, 'nowhere.json')}`);
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^\S*nowhere\.json: there is no such file\. Copy one of environment\/examples, or name another file\.$/m,
    );
  });

  it('a folder where a file is asked is named', () => {
    expect(run(`${EXAMPLE} --into ${folder}`)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`${folder}: EISDIR`),
    });
  });

  it('every mistake in what was typed is named at once, with how it is used', () => {
    const { status, stderr } = run(
      '--logins -24 --client-credentials 450 --refreshes 350 --sessions 1.5 --pods 3',
    );
    expect(status).toBe(2);
    expect(stderr.split('\n\n')[0]!.split('\n')).toEqual([
      '--logins -24: it is 0 or more.',
      '--sessions 1.5: it is a whole number, as 50000.',
    ]);
    expect(stderr).toMatch(/Usage: npm run size/);
  });

  it('says how it is used', () => {
    expect(run('--help')).toMatchObject({ status: 0, stderr: '' });
  });
});
