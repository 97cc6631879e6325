import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { batchManifest, batchNameOf } from '../../functions/data-grid/batch.ts';
import { commandsOf, STEPS, scriptOf } from '../../functions/data-grid/commands.ts';
import type { CacheName, SiteName } from '../../functions/shared/names.ts';

// The same run after run; a failure prints what repeats it.
fc.configureGlobal({ seed: 20_260_105 });

const target = { against: 'site-b' as SiteName, caches: ['work', 'sessions'] as CacheName[] };
const linesOf = (step: (typeof STEPS)[number]) => commandsOf(step, target).map(({ line }) => line);

describe('the commands of a step', () => {
  it('take a site offline for all caches and then ask for the status of each', () => {
    expect(linesOf('take-offline')).toEqual([
      'site take-offline --all-caches --site=site-b',
      'site status --all-caches --site=site-b',
      'site status --cache=work --site=site-b',
      'site status --cache=sessions --site=site-b',
    ]);
  });

  it('begin a clear with taking the other site offline once more, and end it with counting', () => {
    expect(linesOf('clear')).toEqual([
      ...linesOf('take-offline'),
      'clearcache work',
      'clearcache sessions',
      'stats /containers/default/caches/work',
      'stats /containers/default/caches/sessions',
    ]);
  });

  it('never clear in a step that is not the clear', () => {
    for (const step of STEPS.filter((each) => each !== 'clear')) {
      expect(linesOf(step).join('\n')).not.toContain('clearcache');
    }
  });

  it('cancel and forget what an earlier push left behind before a push, and see that nothing is left', () => {
    expect(linesOf('prepare-push').slice(0, 2)).toEqual([
      'site cancel-push-state --cache=work --site=site-b',
      'site cancel-push-state --cache=sessions --site=site-b',
    ]);
    expect(linesOf('prepare-push').slice(-1)).toEqual(['site push-site-status --cache=sessions']);
  });

  it('say first whose answer it is, where the command itself names no site', () => {
    expect(linesOf('view')[0]).toBe('site name');
    expect(linesOf('count')[0]).toBe('site name');
  });
});

describe('the script of a Batch', () => {
  it('frames each command by two lines of its own, which the CLI does not take for options', () => {
    const script = scriptOf(commandsOf('view', target));
    expect(script).toBe('echo BEGIN-1\nsite name\necho END-1\necho BEGIN-2\nsite view\necho END-2\n');
    expect(script).not.toMatch(/^echo --/m);
  });
});

describe('the name of a Batch', () => {
  const identity = fc.record({
    step: fc.constantFrom(...STEPS),
    execution: fc.string(),
    attempt: fc.nat(),
  });

  it('fits what Kubernetes allows a label and a Job', () => {
    fc.assert(
      fc.property(identity, (each) => {
        expect(batchNameOf(each)).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
      }),
    );
  });

  it('is the same for the same attempt and another for every other one', () => {
    fc.assert(
      fc.property(identity, identity, (one, other) => {
        const same =
          one.step === other.step && one.execution === other.execution && one.attempt === other.attempt;
        expect(batchNameOf(one) === batchNameOf(other)).toBe(same);
      }),
    );
    const one = { step: 'status', execution: 'arn:one', attempt: 1 } as const;
    expect(batchNameOf(one)).toBe(batchNameOf({ ...one }));
    expect(batchNameOf(one)).not.toBe(batchNameOf({ ...one, attempt: 2 }));
    expect(batchNameOf(one)).not.toBe(batchNameOf({ ...one, execution: 'arn:two' }));
  });

  it('stands in a manifest with labels that say whose it is', () => {
    const manifest = batchManifest(
      { step: 'view', execution: 'arn:one', attempt: 1 },
      'infinispan',
      'sso',
      commandsOf('view', target),
    );
    expect(manifest.spec.cluster).toBe('infinispan');
    expect(manifest.metadata.labels).toMatchObject({
      'app.kubernetes.io/managed-by': 'keycloak-multi-site-failover',
      'app.kubernetes.io/part-of': 'sso',
    });
  });
});
