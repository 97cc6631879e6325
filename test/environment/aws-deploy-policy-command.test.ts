import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CREATE = 'environment/examples/openshift-26/failover.config.json';
const EXISTING = 'environment/examples/kubernetes-24/failover.config.json';

const deployPolicy = (...words: readonly string[]) =>
  spawnSync(process.execPath, ['environment/aws/deploy-policy/main.ts', ...words], {
    cwd: ROOT,
    encoding: 'utf8',
  });

describe("the command that prints the policies to deploy the environment's stacks with", () => {
  it.each([
    [[CREATE], 'Database'],
    [[CREATE, '--network'], 'Network'],
  ])('prints for %j the one that begins with %s', (words, first) => {
    const { status, stdout } = deployPolicy(...words);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).Statement[0].Sid).toBe(first);
  });

  it.each([
    [
      'an environment without stacks',
      [EXISTING],
      1,
      /^\S+kubernetes-24\S+: the database and the sites' records are/,
    ],
    ['a network that is not made', [EXISTING, '--network'], 1, /environment\.database\.kind is existing/],
    ['a file that is not there', ['no.json'], 1, /^no\.json: ENOENT/],
    [
      "the core's file",
      ['infra/examples/new/failover.config.json'],
      1,
      /\n {2}environment: is missing; it must be given/,
    ],
    ['two files', [CREATE, 'other.json'], 2, /^One file is read, not \S+ and other\.json\. Usage: /],
    [
      'an option that there is not',
      [CREATE, '--netwrk'],
      2,
      /'--netwrk'.* The only option is --network\. Usage: /,
    ],
  ])('refuses %s, and prints nothing to paste', (_, words, code, says) => {
    const { status, stdout, stderr } = deployPolicy(...words);
    expect([status, stdout]).toEqual([code, '']);
    expect(stderr.trim()).toMatch(says);
  });
});
