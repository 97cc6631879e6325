import type { CacheName, SiteName } from '../shared/names.ts';
import { type Answer, cacheOf, type Reading } from './cli-output.ts';
import { commandsOf, isJoined, type JoinedStep, partsOf, type SingleStep } from './commands.ts';
import type { NotProven, Proven } from './outcomes.ts';
import { incomplete, type Problem, refused, unexpected } from './problems.ts';
import { pushProof } from './push-proof.ts';
import type { StepContext } from './step-context.ts';

type SingleContext = StepContext & { readonly step: SingleStep };
type JoinedContext = StepContext & { readonly step: JoinedStep };

/**
 * Whether the answers show what the step is for, for every cache of it. Neither an exit code nor the phase
 * `Succeeded` counts, nor does a line that merely met no objection.
 */
export function prove(context: StepContext, reading: Reading): Proven | NotProven {
  const { step } = context;
  if (isJoined(step)) return proveJoined({ ...context, step }, reading);
  const single = { ...context, step };
  const problems = problemsOf(single, reading);
  return problems.length > 0 ? notProven(problems) : proven(single, reading);
}

/** Each part by its own lines, and the facts of all of them together. */
function proveJoined(context: JoinedContext, reading: Reading): Proven | NotProven {
  const { step } = context;
  let begin = 0;
  const parts = partsOf(step).map((part) => {
    const end = begin + commandsOf(part, context).length;
    const answered = reading.answered.slice(begin, end);
    begin = end;
    return { context: { ...context, step: part }, reading: { ...reading, answered } };
  });
  const problems = parts.flatMap((part) => problemsOf(part.context, part.reading));
  if (problems.length > 0) return notProven(problems);
  const facts = parts.map((part) => proven(part.context, part.reading));
  const offline = facts.flatMap((each) =>
    each.step === 'status'
      ? context.caches.filter((cache) => step === 'in-sync' && each.statuses[cache] !== 'online')
      : [],
  );
  if (offline.length > 0) {
    const { site, against } = context;
    const said = `At ${site} these caches are not online toward ${against}: ${offline.join(', ')}.`;
    return notProven(offline.map((cache) => unexpected(context, cache, said)));
  }
  return Object.assign({}, ...facts, { step }) as Proven;
}

const notProven = (problems: readonly Problem[]): NotProven => {
  const reasons = [...new Set(problems.map(({ reason }) => reason))];
  const more = reasons.length > REASONS ? ` And ${reasons.length - REASONS} more.` : '';
  return {
    outcome: 'not-proven',
    reason: `${reasons.slice(0, REASONS).join(' ')}${more}`,
    remedy: problems[0]!.remedy,
    caches: [...new Set(problems.flatMap(({ cache }) => (cache === null ? [] : [cache])))],
  };
};

/** A state machine's payload and a mail both have to stay readable. */
const REASONS = 4;

function problemsOf(context: SingleContext, reading: Reading): readonly Problem[] {
  const { step } = context;
  const broken = incomplete(context, reading);
  if (broken !== null) return [broken];
  // Cancelling a push that does not run is answered with an error, and the statuses after it are the proof.
  // And a status that the end of a push leaves behind does no harm: the next push forgets it first.
  const mayRefuse = (line: string): boolean =>
    (step === 'prepare-push' && line.includes('cancel-push-state')) || step === 'end-push';
  const problems: Problem[] = [];
  if (reading.stray !== null && step !== 'prepare-push') {
    problems.push(refused(context, null, reading.stray));
  }
  for (const { command, answer } of reading.answered) {
    if (answer.kind === 'refused') {
      if (!mayRefuse(command.line)) problems.push(refused(context, cacheOf(command), answer.refusal));
    } else {
      problems.push(...answerProblems(context, command.line, cacheOf(command), answer));
    }
  }
  return problems;
}

/** What an answer of the right form fails to show. */
function answerProblems(
  context: SingleContext,
  line: string,
  cache: CacheName | null,
  answer: Answer,
): readonly Problem[] {
  const { step, site, against, caches } = context;
  const no = (reason: string, remedy?: string) => [unexpected(context, cache, reason, remedy)];
  switch (answer.kind) {
    case 'nothing':
      return no(
        line.includes('--all-caches')
          ? `"${line}" at ${site} concerned no cache at all.`
          : `"${line}" at ${site} said nothing, and that proves nothing.`,
      );
    case 'results':
      return caches.flatMap((each) => {
        const result = answer.results.get(each);
        if (result === null) return [];
        return [
          result === undefined
            ? refused(context, each, { why: 'not-found', said: 'it is not in the answer' })
            : refused(context, each, {
                why: result.startsWith('Incorrect site name') ? 'no-such-site' : 'error',
                said: result,
              }),
        ];
      });
    case 'status': {
      const wanted = wantedStatus(step);
      if (wanted === null || answer.status === wanted) return [];
      const others = [...answer.mixture.mixed, ...answer.mixture[wanted === 'online' ? 'offline' : 'online']];
      const which = others.length === 0 ? '' : ` (${others.join(', ')})`;
      return no(
        `At ${site} the status of ${cache ?? 'all caches'} toward ${against} is ${answer.status}, not ${wanted}${which}.`,
      );
    }
    case 'name':
      return answer.site === site
        ? []
        : no(
            `The Data Grid that answered for ${site} calls itself ${answer.site}.`,
            'Correct which cluster belongs to which site in failover.config.json.',
          );
    case 'view': {
      if (step === 'alone') {
        // A view without the site itself is none: its relay is not up, and nothing is known of what it holds.
        return answer.sites.includes(site) && !answer.sites.includes(against)
          ? []
          : no(
              `${site} is not alone in its view, which is [${answer.sites.join(', ')}].`,
              `Its view drops a site that it can't reach within a minute. If ${against} stays, the bridge is not cut.`,
            );
      }
      const wanted = step === 'in-view' ? [site] : [site, against];
      const absent = wanted.filter((each) => !answer.sites.includes(each));
      return absent.length === 0
        ? []
        : no(
            `${site} does not see ${absent.join(' and ')}; its view is [${answer.sites.join(', ')}].`,
            'Wait for the sites to find each other (up to a minute), then look at the link between them.',
          );
    }
    case 'uncounted':
      return no(
        `${site} keeps no statistics of ${cache}, so its entries can't be counted.`,
        'Set statistics to true in the configuration of this cache.',
      );
    case 'entries':
      return step === 'clear' && answer.entries > 0
        ? no(`${cache} at ${site} still holds ${answer.entries} entries after the clear.`)
        : [];
    case 'pushes': {
      const push = answer.pushes.get(against);
      if (push === undefined) {
        return no(
          `${cache} at ${site} does not name ${against} as a backup.`,
          `Add ${against} to the backups of this cache at ${site}.`,
        );
      }
      if (step === 'prepare-push' && push !== 'IDLE') {
        return no(`A push of ${cache} from ${site} to ${against} still says ${push}.`);
      }
      if (step === 'push' && push === 'IDLE') {
        return no(`The push of ${cache} from ${site} to ${against} did not start.`);
      }
      return [];
    }
    default:
      return [];
  }
}

function wantedStatus(step: SingleStep): 'online' | 'offline' | null {
  switch (step) {
    case 'take-offline':
    case 'clear':
      return 'offline';
    case 'bring-online':
    case 'push':
      return 'online';
    default:
      return null;
  }
}

/** The facts; called only where nothing is left to object to. */
function proven(context: SingleContext, { answered }: Reading): Proven {
  const { step, pods, against } = context;
  const perCache = <T>(pick: (answer: Answer) => T | undefined): Readonly<Record<CacheName, T>> =>
    Object.fromEntries(
      answered.flatMap(({ command, answer }) => {
        const cache = cacheOf(command);
        const value = pick(answer);
        return cache === null || value === undefined ? [] : [[cache, value]];
      }),
    );
  const counts = () => perCache((answer) => (answer.kind === 'entries' ? answer.entries : undefined));
  const sites = () =>
    answered.flatMap(({ answer }) => (answer.kind === 'view' ? answer.sites : [])) as SiteName[];
  switch (step) {
    case 'take-offline':
      return { outcome: 'proven', step, pods };
    case 'status': {
      const statuses = perCache((answer) => (answer.kind === 'status' ? answer.status : undefined));
      const all = Object.values(statuses);
      return {
        outcome: 'proven',
        step,
        statuses,
        allOnline: all.every((status) => status === 'online'),
        allOffline: all.every((status) => status === 'offline'),
      };
    }
    case 'view':
    case 'alone':
      return { outcome: 'proven', step, sites: sites() };
    case 'in-view':
      return { outcome: 'proven', step, sites: sites(), seesOther: sites().includes(against) };
    case 'count':
    case 'clear':
      return { outcome: 'proven', step, counts: counts() };
    case 'describe-caches':
      return {
        outcome: 'proven',
        step,
        descriptions: perCache((answer) => (answer.kind === 'description' ? answer.description : undefined)),
      };
    case 'push-status':
      return pushProof(
        perCache((answer) => (answer.kind === 'pushes' ? answer.pushes.get(against) : undefined)),
      );
    default:
      return { outcome: 'proven', step };
  }
}

/**
 * Whether each clear got its answer, however it ended. Without one, the server may still carry it out, an hour
 * later if it was frozen for so long.
 */
export const clearsAreAnswered = (reading: Reading): boolean =>
  reading.stray === null &&
  reading.answered.every(
    ({ command, answer }) => command.expects.form !== 'silence' || answer.kind === 'silence',
  );
