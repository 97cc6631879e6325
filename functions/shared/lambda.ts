import { readFileSync } from 'node:fs';
import middy from '@middy/core';
import { bearingsOf } from './bearings.ts';
import { type Configuration, parseConfiguration } from './configuration.ts';
import { fromEnvironment } from './environment.ts';
import { ConfigurationError } from './errors.ts';
import { named } from './faults.ts';
import { invocationBegins, log } from './log.ts';
import { flushMeasurements } from './metrics.ts';

/** Reads the configuration file that the deployment puts beside the bundle, or that `FAILOVER_CONFIG_FILE` names. */
export function readConfiguration(): Configuration {
  const file = process.env['FAILOVER_CONFIG_FILE'] ?? new URL('./failover.config.json', import.meta.url);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigurationError(`The configuration ${file} can't be read.`, 'Deploy it beside the bundle.', {
      cause,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ConfigurationError(`The configuration ${file} is not JSON.`, 'Correct it.', { cause });
  }
  return parseConfiguration(fromEnvironment(value, process.env));
}

/**
 * What surrounds every handler: a line of log for what came and for what went, each with the execution and the epoch;
 * faults by the machines' names; what was measured, printed at the end.
 */
export function lambda<Outcome>(name: string, work: (event: unknown) => Promise<Outcome>) {
  return middy<unknown, Outcome>()
    .before(({ event, context }) => {
      invocationBegins(context, bearingsOf(event));
      log('info', `${name} begins`, { event });
    })
    .after(({ response }) => {
      log('info', `${name} ends`, { outcome: response });
      flushMeasurements();
    })
    .onError((request) => {
      const fault = named(request.error);
      request.error = fault;
      log('error', `${name} failed`, { error: fault.name, cause: fault.message });
      flushMeasurements();
    })
    .handler(work);
}
