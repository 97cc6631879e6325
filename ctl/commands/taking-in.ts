import { type Configuration, otherSiteOf, siteOf } from '../../functions/shared/configuration.ts';
import type { Command } from '../command.ts';
import { confirm, requireConfirmable } from '../confirming.ts';
import { execute, FOLLOW } from '../executing.ts';
import { UsageError } from '../faults.ts';
import type { Given } from '../options.ts';

const adopt: Command = {
  summary:
    'Writes the ledger from what stands now: the way in, and the way on after a check was changed by hand.',
  options: {
    serving: { takes: 'site', meaning: 'The site that serves. Default: the one that DNS answers with.' },
    'in-sync': { takes: 'nothing', meaning: 'You vouch that both sites hold the same.' },
    ...FOLLOW,
  },
  work: (context) => {
    const serving = context.given.text('serving');
    const inSync = context.given.flag('in-sync');
    return execute(context, 'adopt', {
      ...(serving === null ? {} : { serving }),
      ...(inSync === true ? { inSync } : {}),
    });
  },
};

const WITHOUT_KEYBOARD = 'yes-accept-loss-and-serve';

/**
 * The site that is to serve is named twice, by its option and by the confirmation. Both name the same one: at night the
 * site to keep and the site to lose are mixed up too easily.
 * @throws UsageError
 */
function promotionIn(given: Given, configuration: Configuration) {
  const named = given.text('site');
  if (named === null) {
    const names = configuration.sites.map(({ name }) => name).join(' or ');
    throw new UsageError('promote-accepting-loss needs the site that is to serve.', `Write --site ${names}.`);
  }
  const { name: site } = siteOf(configuration, named);
  const { name: lost } = otherSiteOf(configuration, site);
  const confirmed = given.text(WITHOUT_KEYBOARD);
  if (confirmed !== null && confirmed !== site) {
    throw new UsageError(
      `--site ${site} and --${WITHOUT_KEYBOARD} ${confirmed} name different sites.`,
      `Name in both the site that is to serve. With ${site}, what only ${lost} holds is lost; with ${lost}, what only ${site} holds.`,
    );
  }
  const means = `${site} will serve. What only ${lost} holds is lost for good, and ${lost} is taken offline.`;
  const remedy = `Confirm by --${WITHOUT_KEYBOARD} ${site}: ${means}`;
  return { site, means, confirmed: confirmed !== null, remedy };
}

const promote: Command = {
  summary: 'When nothing is safe: the named site serves, and what only the other one holds is lost.',
  options: {
    site: { takes: 'site', meaning: 'The site that is to serve. Needed.' },
    why: { takes: 'text', meaning: 'The reason, which is kept.' },
    [WITHOUT_KEYBOARD]: {
      takes: 'site',
      meaning: 'The site that is to serve, once more: confirms where nobody is at the keyboard.',
    },
    ...FOLLOW,
  },
  check: (given, configuration, edge) => requireConfirmable(edge, promotionIn(given, configuration)),
  work: async (context) => {
    const { configuration, given, paint, say } = context;
    const { site, means, confirmed, remedy } = promotionIn(given, configuration);
    say(paint('red', means));
    await confirm(context, {
      word: site,
      question: 'Type the name of the site that is to serve: ',
      confirmed,
      remedy,
    });
    const why = given.text('why');
    return execute(context, 'promote-accepting-loss', {
      site,
      acceptLoss: true,
      ...(why === null ? {} : { why }),
    });
  },
};

export const TAKING_IN_COMMANDS = { adopt, 'promote-accepting-loss': promote } as const satisfies Readonly<
  Record<string, Command>
>;
