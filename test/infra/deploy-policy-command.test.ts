import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FILE = 'infra/examples/new/failover.config.json';

const deployPolicy = (...words: readonly string[]) =>
  spawnSync(process.execPath, ['infra/deploy-policy.ts', ...words], { cwd: ROOT, encoding: 'utf8' });

describe('the command that prints the policy to deploy with', () => {
  it('prints the policy of routing when that is asked for', () => {
    const { status, stdout } = deployPolicy(FILE, '--routing');
    expect(status).toBe(0);
    expect(JSON.parse(stdout).Statement[0].Sid).toBe('HealthChecks');
  });

  it.each([
    [
      'an option that there is not',
      [FILE, '--routng'],
      /'--routng'.* The only option is --routing\. Usage: /,
    ],
    [
      'a value for an option that has none',
      [FILE, '--routing=yes'],
      /'--routing'.* The only option is --routing\./,
    ],
    [
      'two files',
      [FILE, 'other.json'],
      /^One file is read, not \S+ and other\.json\. Usage: .*\[--routing\]$/,
    ],
  ])('refuses %s in one line, says how it is used, and prints nothing to paste', (_, words, says) => {
    const { status, stdout, stderr } = deployPolicy(...words);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr.trim()).toMatch(says);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it.each([
    [
      'that is not there',
      'nowhere/failover.config.json',
      /^nowhere\/failover\.config\.json: there is no such file\. .*\(cp infra\/examples\/existing\/failover\.config\.json \.,.* deploy-policy -- <file>\.$/,
    ],
    ['that is not JSON', 'README.md', /^README\.md is not JSON: .* Correct it\.$/],
    ['that is a folder', 'infra', /^infra can't be read \(EISDIR\)\. Name a file by /],
  ])('names a file %s, and what to do, in one line', (_, file, says) => {
    const { status, stdout, stderr } = deployPolicy(file);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr.trim()).toMatch(says);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
