import { otherSiteOf, siteOf } from '../../functions/shared/configuration.ts';
import type { Command } from '../command.ts';
import { confirm } from '../confirming.ts';
import { execute, FOLLOW } from '../executing.ts';
import { UsageError } from '../faults.ts';

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

const WITHOUT_KEYBOARD = 'yes-i-accept-the-loss-of';

const promote: Command = {
  summary: 'When nothing is safe: the named site serves, and what only the other one holds is lost.',
  options: {
    site: { takes: 'site', meaning: 'The site that is to serve. Needed.' },
    why: { takes: 'text', meaning: 'The reason, which is kept.' },
    [WITHOUT_KEYBOARD]: {
      takes: 'site',
      meaning: 'The other site, whose data is lost: confirms where nobody is at the keyboard.',
    },
    ...FOLLOW,
  },
  work: async (context) => {
    const { configuration, given, paint, say } = context;
    const named = given.text('site');
    const names = configuration.sites.map(({ name }) => name).join(' or ');
    if (named === null)
      throw new UsageError('promote-accepting-loss needs the site.', `Write --site ${names}.`);
    const { name: site } = siteOf(configuration, named);
    const { name: lost } = otherSiteOf(configuration, site);
    const confirmed = given.text(WITHOUT_KEYBOARD);
    if (confirmed !== null && confirmed !== lost) {
      throw new UsageError(
        `--${WITHOUT_KEYBOARD} ${confirmed}: with --site ${site} it is ${lost} whose data is lost.`,
        `Write --${WITHOUT_KEYBOARD} ${lost}, if that is meant.`,
      );
    }
    say(
      paint(
        'red',
        `${site} will serve. What only ${lost} holds is lost for good, and ${lost} is taken offline.`,
      ),
    );
    await confirm(context, {
      word: site,
      question: `Type the name of the site that is to serve: `,
      confirmed: confirmed !== null,
      option: `--${WITHOUT_KEYBOARD} ${lost}`,
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
