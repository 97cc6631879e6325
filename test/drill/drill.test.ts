import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { drill } from '../../lab/drill/drill.ts';
import type { DrillOptions } from '../../lab/drill/options.ts';
import { painter } from '../../lab/drill/printing.ts';
import type { CreateWorld, World } from '../../lab/drill/world.ts';
import { createSimulatedWorld } from '../../lab/simulated/world.ts';

// A drill takes seconds; a machine that is busy with something else takes longer.
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const emptyFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'drill-'));
  folders.push(folder);
  return folder;
};

const simulate = async (
  options: Partial<DrillOptions>,
  folder = emptyFolder(),
  createSimulated: CreateWorld = createSimulatedWorld,
) => {
  const lines: string[] = [];
  const worlds: World[] = [];
  const holds = await drill(
    { scenario: 'planned', caches: 'keycloak-26', simulated: true, unaided: false, ...options },
    {
      print: (line) => lines.push(line),
      paint: painter(false),
      onWorld: (world) => worlds.push(world),
      folder,
      createSimulated,
    },
  );
  const page = readFileSync(join(folder, 'report.html'), 'utf8');
  const data = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'));
  return { holds, printed: lines.join('\n'), worlds, page, data, files: readdirSync(folder).sort() };
};

describe('a drill', () => {
  it('says that it is simulated, prints each proof, writes the report as data and as a page, and holds', async () => {
    const { holds, printed, page, data, files, worlds } = await simulate({});
    expect(holds).toBe(true);
    expect(printed).toContain('Simulated: the same state machines and functions');
    expect(printed.match(/^ holds /gm)).toHaveLength(data.proofs.length);
    expect(page).toContain(`All ${data.proofs.length} proofs hold`);
    expect(files).toEqual(['report.html', 'report.json']);
    // For whoever has to stop it early.
    expect(worlds).toHaveLength(1);
  });

  it('does not hold where one proof fails, and says which in print and in both reports', async () => {
    const { holds, printed, page, data } = await simulate({}, emptyFolder(), (options) => {
      const world = createSimulatedWorld(options);
      let asked = 0;
      const keycloakInstances: World['keycloakInstances'] = async () => (++asked > 2 ? 1 : 2);
      return new Proxy(world, {
        get: (target, name) => {
          if (name === 'keycloakInstances') return keycloakInstances;
          const own = target[name as keyof World];
          return typeof own === 'function' ? own.bind(target) : own;
        },
      });
    });
    expect(holds).toBe(false);
    expect(printed).toContain(' FAILS  Keycloak has as many instances as before');
    expect(printed).toContain('Not every proof holds.');
    expect(page).toContain(`1 of ${data.proofs.length} proofs fail`);
  });

  it('is compared with the same scenario unaided, as it was played before in the same kind of world', async () => {
    const folder = emptyFolder();
    const alone = await simulate({ scenario: 'crash', unaided: true }, folder);
    expect(alone.holds).toBe(true);
    expect(alone.files).toContain('unaided-crash-simulated-keycloak-26.json');
    expect(alone.printed).not.toContain('Proof');
    const { holds, printed, data } = await simulate({ scenario: 'crash' }, folder);
    expect(holds).toBe(true);
    expect(data.comparedWith.measures).toEqual(alone.data.measures);
    expect(printed).toMatch(/Times and counts .* this drill +unaided \(simulated\) +target/);
  });

  it('is not compared with the same scenario unaided on other caches', async () => {
    const folder = emptyFolder();
    await simulate({ scenario: 'crash', unaided: true, caches: 'rhbk-24' }, folder);
    const { data, files } = await simulate({ scenario: 'crash' }, folder);
    expect(files).toContain('unaided-crash-simulated-rhbk-24.json');
    expect(data.comparedWith.caches).toBe('keycloak-26');
  });
});
