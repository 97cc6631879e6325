import { readFileSync, writeFileSync } from 'node:fs';
import { messageOf } from '../message.ts';
import { USAGE, wanted } from './arguments.ts';
import { versionIn, withSizing } from './into.ts';
import { reportJson, reportText } from './report.ts';
import { size } from './size.ts';
import { textOfJson } from './text-of-json.ts';

const what = wanted(process.argv.slice(2));
if (what.kind === 'help') console.log(USAGE);
else if (what.kind === 'refused') {
  console.error([...what.mistakes, '', USAGE].join('\n'));
  process.exitCode = 2;
} else {
  const { into, load, json } = what;
  try {
    const value: unknown = into === null ? null : JSON.parse(readFileSync(into, 'utf8'));
    const version = into === null ? (what.version ?? '24') : versionIn(value, into, what.version);
    const result = size(version, load);
    if (into !== null) writeFileSync(into, textOfJson(withSizing(value, result)));
    console.log(json ? reportJson(result) : reportText(result));
    if (into !== null)
      console.error(`\n${into} has it: environment.keycloak.sizing and sites.*.keycloakInstances.`);
  } catch (error) {
    const message = messageOf(error, into);
    if (message === null) throw error;
    console.error(message);
    process.exitCode = 1;
  }
}
