import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Clients, ControlEdge } from '../../ctl/edge.ts';
import { type ExitCode, run } from '../../ctl/run.ts';
import { stepFunctionsClient } from '../../lab/aws/step-functions-client.ts';
import { inWorld, type World, type WorldOptions } from '../machines/world.ts';

/** The file of the deployment that the machines' tests play, for each way in. */
export const fileOf = (installation: 'existing' | 'new'): string =>
  readFileSync(
    fileURLToPath(new URL(`../../infra/examples/${installation}/failover.config.json`, import.meta.url)),
    'utf8',
  ).replaceAll('eu-west-1', 'eu-central-1');

export const FILE = fileOf('existing');

const CALLER = 'arn:aws:sts::123456789012:assumed-role/operations/maria';

export interface Settings {
  /** What is typed when something is asked. Absent: nobody is at a keyboard. */
  readonly answers?: readonly string[];
  readonly file?: string;
  readonly account?: string;
  readonly colours?: boolean;
  readonly clients?: Partial<Clients>;
}

const answering = (answer: unknown) => ({ send: (async () => answer) as never });

/** A person, or a program, at the command line, and what they see. */
export class Terminal {
  stdout: readonly string[] = [];
  stderr: readonly string[] = [];
  questions: readonly string[] = [];
  readonly #world: World;
  readonly #settings: Settings;

  constructor(world: World, settings: Settings = {}) {
    this.#world = world;
    this.#settings = settings;
  }

  /** All that a person sees. */
  get text(): string {
    return [...this.stdout, ...this.stderr].join('\n');
  }

  get document(): Record<string, unknown> {
    if (this.stdout.length !== 1)
      throw new Error(`One document, not ${this.stdout.length}: ${this.stdout.join('\n')}`);
    return JSON.parse(this.stdout[0]!);
  }

  /** Words are apart by spaces; what an option needs with spaces in it is typed with `_`. */
  async types(line: string): Promise<ExitCode> {
    [this.stdout, this.stderr, this.questions] = [[], [], []];
    const words = line.split(' ').filter((word) => word !== '');
    return run(
      words.map((word) => word.replaceAll('_', ' ')),
      this.#edge(),
      {
        toStdout: (text) => {
          this.stdout = [...this.stdout, ...text.split('\n')];
        },
        toStderr: (text) => {
          this.stderr = [...this.stderr, text];
        },
        colours: this.#settings.colours ?? false,
      },
    );
  }

  #edge(): ControlEdge {
    const { answers, file = FILE, account = '123456789012', clients } = this.#settings;
    let asked = 0;
    return {
      readFile: () => file,
      connect: () => ({
        sts: answering({ Account: account, Arn: CALLER }),
        sfn: stepFunctionsClient(this.#world.engine),
        dynamodb: this.#world.dynamodb,
        sns: () => answering({ Subscriptions: [] }),
        cloudwatch: () => answering({ MetricAlarms: [] }),
        ...clients,
      }),
      now: () => new Date(),
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      userName: () => 'nobody',
      ask:
        answers === undefined
          ? null
          : async (question) => {
              this.questions = [...this.questions, question];
              return answers[asked++] ?? '';
            },
    };
  }
}

/** Somebody sits down at the command line of a deployment, on virtual time. */
export const atTerminal = <Result>(
  story: (terminal: Terminal, world: World) => Promise<Result>,
  settings: Settings = {},
  options: WorldOptions = {},
): Promise<Result> =>
  inWorld(
    {
      ...options,
      configuration: { ledgerTable: 'sso-ledger', reportsTable: 'sso-reports', ...options.configuration },
    },
    (world) => story(new Terminal(world, settings), world),
  );
