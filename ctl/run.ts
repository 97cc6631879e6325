import { LedgerStore } from '../functions/ledger/store.ts';
import { type Configuration, siteOf } from '../functions/shared/configuration.ts';
import { ConfigurationError } from '../functions/shared/errors.ts';
import { runtimeConfiguration } from '../infra/configuration/runtime.ts';
import { readCaller } from './caller.ts';
import type { Command, Result } from './command.ts';
import { COMMANDS } from './commands.ts';
import { readDeployment } from './deployment.ts';
import type { ControlEdge, Output } from './edge.ts';
import { explained, UsageError } from './faults.ts';
import { commandHelp, help } from './help.ts';
import { COMMON, type Given, parseWords } from './options.ts';
import { painter } from './paint.ts';
import { nearest } from './suggestion.ts';

export type ExitCode = 0 | 1 | 2;

/**
 * The command line, from what was typed to the exit code. Prints what a person reads, or with `--json` one document on
 * the standard output and what happens meanwhile on the other one.
 */
export async function run(typed: readonly string[], edge: ControlEdge, output: Output): Promise<ExitCode> {
  const json = typed.includes('--json');
  const paint = painter(output.colours);
  const [name, ...rest] = typed;
  // Known as soon as it is read, so that an error can name the deployment.
  let configuration: Configuration | null = null;
  try {
    if (name === undefined || name === '--help' || name === 'help') {
      output.toStdout(help(COMMANDS));
      return name === undefined ? 2 : 0;
    }
    const command = commandOf(name);
    if (rest.includes('--help')) {
      output.toStdout(commandHelp(name, command));
      return 0;
    }
    const given = parseWords(
      name,
      { ...command.options, ...COMMON },
      command.word === undefined ? 0 : 1,
      rest,
    );
    const deployment = readDeployment(edge, given.text('config'));
    configuration = runtimeConfiguration(deployment);
    checkSites(configuration, command, given);
    command.check?.(given, configuration, edge);
    const clients = edge.connect(configuration.region);
    const result = await command.work({
      edge,
      clients,
      deployment,
      configuration,
      store: new LedgerStore({ dynamodb: clients.dynamodb, configuration, now: edge.now }),
      caller: await readCaller(clients, edge, configuration),
      given,
      paint: json ? painter(false) : paint,
      say: json ? output.toStderr : output.toStdout,
    });
    tell(name, result, json, output);
    return result.code;
  } catch (fault) {
    const code = fault instanceof UsageError || fault instanceof ConfigurationError ? 2 : 1;
    const { what, remedy } = explained(fault, configuration);
    if (json)
      output.toStdout(JSON.stringify({ command: name ?? null, exitCode: code, error: { what, remedy } }));
    else for (const line of [paint('red', what), remedy]) output.toStderr(line);
    return code;
  }
}

/** @throws UsageError with the command that was most likely meant */
function commandOf(name: string): Command {
  const command = COMMANDS[name];
  if (command !== undefined && Object.hasOwn(COMMANDS, name)) return command;
  const known = Object.keys(COMMANDS);
  if (name.startsWith('-')) {
    throw new UsageError(
      `The command comes first, then its options such as ${name}.`,
      `Commands: ${known.join(', ')}.`,
    );
  }
  const meant = nearest(name, known);
  throw new UsageError(
    `There is no command ${name}.${meant === null ? '' : ` Did you mean ${meant}?`}`,
    `Commands: ${known.join(', ')}.`,
  );
}

/** @throws UsageError for a site that the configuration does not name */
function checkSites(configuration: Configuration, command: Command, given: Given): void {
  for (const [name, { takes }] of Object.entries(command.options)) {
    const site = takes === 'site' ? given.text(name) : null;
    if (site === null) continue;
    try {
      siteOf(configuration, site);
    } catch (cause) {
      const { what, remedy } = explained(cause, configuration);
      throw new UsageError(`--${name} ${site}: ${what}`, remedy, { cause });
    }
  }
}

function tell(command: string, { code, lines, data }: Result, json: boolean, output: Output): void {
  if (json) output.toStdout(JSON.stringify({ command, exitCode: code, ...data }));
  else for (const line of lines) output.toStdout(line);
}
