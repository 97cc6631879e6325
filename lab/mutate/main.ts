import { dirname } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { UsageError } from '../typed.ts';
import type { Group } from './groups.ts';
import { HELP, parseMutateOptions } from './options.ts';

/** Of a module's changes, the share in percent that its tests have to notice. */
const WANTED_PERCENT = 90;

async function main(): Promise<number> {
  const chosen = parseMutateOptions(process.argv.slice(2));
  if (chosen === 'help') {
    console.log(HELP);
    return 0;
  }
  const scores = [];
  for (const [name, group] of chosen) scores.push(...(await scoresOf(name, group)));
  for (const { module, noticed, changes, percent } of scores) {
    console.log(
      `${percent.toFixed(1).padStart(5)} %  ${String(noticed).padStart(4)} of ${changes}  ${module}`,
    );
  }
  const short = scores.filter(({ percent }) => percent < WANTED_PERCENT).map(({ module }) => module);
  if (short.length > 0) console.error(`Below ${WANTED_PERCENT} %: ${short.join(', ')}.`);
  return short.length > 0 ? 1 : 0;
}

async function scoresOf(name: string, { modules, tests }: Group) {
  const changes = await new Stryker({
    mutate: [...modules],
    testRunner: 'jest',
    plugins: ['@stryker-mutator/jest-runner'],
    testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
    coverageAnalysis: 'perTest',
    concurrency: 1,
    // Each run of Jest leaves its modules in memory.
    maxTestRunnerReuse: 60,
    jest: {
      configFile: 'jest.config.js',
      enableFindRelatedTests: false,
      config: {
        // Stryker resolves it by itself, and knows no <rootDir>.
        testEnvironment: './test/environment.js',
        testMatch: tests.map((test) => `**/${test}`),
        // Looking for files is a good part of a run that is over in a moment.
        roots: [...new Set(tests.map((test) => `<rootDir>/${dirname(test)}`))],
        watchman: false,
        haste: { forceNodeFilesystemAPI: true },
        maxWorkers: 1,
      },
    },
    // It would rewrite the one that there is by an interface that TypeScript 7 does not have.
    tsconfigFile: 'none.json',
    timeoutMS: 20_000,
    tempDirName: '.stryker-tmp',
    reporters: ['progress-append-only', 'clear-text', 'html'],
    clearTextReporter: { logTests: false, allowColor: false },
    htmlReporter: { fileName: `reports/mutation/${name.replace('/', '-')}.html` },
  }).runMutationTest();
  return modules.map((module) => {
    const own = changes.filter(({ fileName }) => fileName.replaceAll('\\', '/').endsWith(module));
    const counting = own.filter(({ status }) =>
      ['Killed', 'Timeout', 'Survived', 'NoCoverage'].includes(status),
    );
    const noticed = counting.filter(({ status }) => status === 'Killed' || status === 'Timeout').length;
    return {
      module,
      noticed,
      changes: counting.length,
      percent: counting.length === 0 ? 100 : (100 * noticed) / counting.length,
    };
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  // What Stryker does not foresee is told with its stack.
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
