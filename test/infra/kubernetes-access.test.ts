import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadAllYaml } from '@kubernetes/client-node';
import { ROLE_RULES } from '../../lab/kubernetes/role.ts';

describe('what a site grants by infra/kubernetes/access.yaml', () => {
  const text = readFileSync(new URL('../../infra/kubernetes/access.yaml', import.meta.url), 'utf8');
  const objects = loadAllYaml(text);
  const ofKind = (kind: string) => objects.find((object) => object.kind === kind);

  it('is exactly what the lab lets the functions do, against which they are rehearsed', () => {
    expect(ofKind('Role').rules).toEqual(ROLE_RULES);
  });

  it('is bound to the ServiceAccount whose token is stored', () => {
    const name = ofKind('ServiceAccount').metadata.name;
    // A ServiceAccount without a namespace is looked for in that of the binding, which kubectl -n names.
    expect(ofKind('RoleBinding')).toMatchObject({
      roleRef: { kind: 'Role', name: ofKind('Role').metadata.name },
      subjects: [{ kind: 'ServiceAccount', name }],
    });
    expect(ofKind('Secret').metadata.annotations['kubernetes.io/service-account.name']).toBe(name);
  });

  it('is good in one namespace only', () => {
    expect(objects.map(({ kind }) => kind)).not.toContain('ClusterRole');
  });
});
