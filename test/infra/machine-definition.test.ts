import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { StateMachine } from 'aws-local-stepfunctions';
import { type Json, machineFiles, templateForm } from '../../infra/constructs/machine-definition.ts';
import { example, ofType, type Resource, SYNTHESIS_TAKES, synthesize } from './synthesis.ts';

describe('a machine in a template', () => {
  let machines: readonly Resource[];
  beforeAll(() => {
    machines = ofType(synthesize(example('existing')).workflow, 'AWS::StepFunctions::StateMachine');
  }, SYNTHESIS_TAKES);

  /** What the form that templates take means: the nulls that they can't hold. */
  const meaning = (form: unknown): unknown => {
    if (Array.isArray(form)) return form.map(meaning);
    if (form === null || typeof form !== 'object') return form;
    return Object.fromEntries(
      Object.entries(form).map(([key, value]) =>
        value === "States.StringToJson('null')" ? [key.slice(0, -'.$'.length), null] : [key, meaning(value)],
      ),
    );
  };

  it('is an object, so that a diff shows the changed field, and means what its file says', () => {
    expect(machines).toHaveLength(10);
    for (const { Properties } of machines) {
      const name = Properties.StateMachineName.slice('sso-'.length);
      const file = JSON.parse(
        readFileSync(new URL(`../../statemachines/${name}.asl.json`, import.meta.url), 'utf8'),
      );
      expect(Properties.DefinitionString).toBeUndefined();
      expect(JSON.stringify(Properties.Definition)).not.toMatch(/:null\b/);
      expect(meaning(Properties.Definition)).toEqual(file);
    }
  });

  it('has something for each placeholder of its file', () => {
    const files = new Map(machineFiles().map((file) => [`sso-${file.name}`, file]));
    for (const { Properties } of machines)
      expect(Object.keys(Properties.DefinitionSubstitutions).sort()).toEqual(
        files.get(Properties.StateMachineName)!.placeholders,
      );
  });

  it('still hands on a null where its file does', async () => {
    const definition = (parameters: Json) => ({
      StartAt: 'Hand on',
      States: { 'Hand on': { Type: 'Pass', Parameters: parameters, End: true } },
    });
    const given = { operation: null, step: 'count', inner: { caches: null } };
    const run = (form: Json) => new StateMachine(definition(form) as never).run({}).result;
    expect(await run(templateForm(given))).toEqual(given);
  });
});
