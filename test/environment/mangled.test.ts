import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseEnvironment } from '../../environment/configuration/parse.ts';
import { ConfigurationError } from '../../functions/shared/errors.ts';
import { EXAMPLES, exampleFile } from './examples.ts';

// The same run after run; a failure prints what repeats it.
fc.configureGlobal({ seed: 20_260_105 });

type Node = Record<string, unknown>;

/** Every place in a file, from the file down. */
const placesIn = (node: unknown, at: readonly string[] = []): readonly (readonly string[])[] =>
  node !== null && typeof node === 'object'
    ? Object.entries(node).flatMap(([key, inner]) => [[...at, key], ...placesIn(inner, [...at, key])])
    : [];

/** What somebody writes into a place by mistake: something of another kind, or the like of something else. */
const slips = fc.oneof(
  fc.constantFrom(null, true, 0, -1, 1.5, 1e9, '', 'site-a', '10.0.0.0/8', 'eu-west-1a', 'Route', '26'),
  fc.constantFrom([], {}, [null], [{}], { kind: 'create' }, { platform: 'kubernetes' }, { 'site-c': {} }),
  fc.string({ maxLength: 8 }),
);

describe('a file in which anything may be wrong', () => {
  it('is refused with paths, or is right; it never breaks the reading', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...EXAMPLES),
        fc.array(fc.record({ at: fc.nat(), slip: fc.option(slips, { nil: undefined }) }), {
          minLength: 1,
          maxLength: 4,
        }),
        (name, changes) => {
          const file = exampleFile(name) as Node;
          for (const { at, slip } of changes) {
            const places = placesIn(file);
            const place = places[at % places.length]!;
            let node = file;
            for (const key of place.slice(0, -1)) node = node[key] as Node;
            if (slip === undefined) delete node[place.at(-1)!];
            // Of its own: a slip that is put into itself would have no end.
            else node[place.at(-1)!] = structuredClone(slip);
          }
          try {
            parseEnvironment(file);
          } catch (error) {
            expect(error).toBeInstanceOf(ConfigurationError);
            expect((error as Error).message).toMatch(/^failover\.config\.json is not usable:\n {2}\S+: \S/);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is refused for a kind that there is not, whatever else is wrong in the same place', () => {
    const file = exampleFile('kubernetes-24') as { environment: { database: Node } };
    Object.assign(file.environment.database, { kind: 'none of these', writerEndpoint: { 'site-c': {} } });
    expect(() => parseEnvironment(file)).toThrow(ConfigurationError);
    expect(() => parseEnvironment(file)).toThrow('environment.database.kind');
  });
});
