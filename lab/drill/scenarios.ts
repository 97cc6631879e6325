import type { SiteName } from '../../functions/shared/names.ts';
import { SITE_A as PRIMARY, SITE_B as SECONDARY } from '../configuration.ts';
import type { World } from './world.ts';

export type ScenarioName = 'freeze' | 'crash' | 'link' | 'secondary' | 'planned' | 'reversed';

/** How a site is lost and comes back. */
export interface Loss {
  readonly site: SiteName;
  /** In words, for the timeline. */
  readonly happens: string;
  readonly lose: (world: World) => Promise<void>;
  readonly returns: string;
  readonly giveBack: (world: World) => Promise<void>;
}

export interface Scenario {
  readonly name: ScenarioName;
  readonly title: string;
  /** Has served for long when the story begins. */
  readonly serving: SiteName;
  /** Null: nothing is lost, the move is planned. */
  readonly loss: Loss | null;
}

const frozen = (site: SiteName, role: string): Loss => ({
  site,
  happens: `${site}, ${role}, stops answering: its Data Grid, its Keycloak and its cluster's API hang.`,
  lose: (world) => world.freeze(site),
  returns: `${site} goes on where it stopped, with old data and with the requests that it held.`,
  giveBack: (world) => world.thaw(site),
});

export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  freeze: {
    name: 'freeze',
    title: 'The primary site freezes and comes back with old data',
    serving: PRIMARY,
    loss: frozen(PRIMARY, 'the primary'),
  },
  crash: {
    name: 'crash',
    title: 'The primary site dies and comes back empty',
    serving: PRIMARY,
    loss: {
      site: PRIMARY,
      happens: `${PRIMARY}, the primary, dies: all its processes are gone.`,
      lose: (world) => world.kill(PRIMARY),
      returns: `${PRIMARY} starts again, empty.`,
      giveBack: (world) => world.restart(PRIMARY),
    },
  },
  link: {
    name: 'link',
    title: 'The sites lose each other, and both stay up',
    serving: PRIMARY,
    loss: {
      site: SECONDARY,
      happens: 'The link between the two Data Grids is cut. Both sites stay up.',
      lose: (world) => world.cutLink(),
      returns: 'The link is mended.',
      giveBack: (world) => world.healLink(),
    },
  },
  secondary: {
    name: 'secondary',
    title: 'The passive site is lost',
    serving: PRIMARY,
    loss: frozen(SECONDARY, 'the passive site'),
  },
  planned: {
    name: 'planned',
    title: 'A planned switchover, and back',
    serving: PRIMARY,
    loss: null,
  },
  reversed: {
    name: 'reversed',
    title: 'The secondary site has served for long, and is lost',
    serving: SECONDARY,
    loss: frozen(SECONDARY, 'which has served for long'),
  },
};

export const SCENARIO_NAMES = Object.keys(SCENARIOS) as readonly ScenarioName[];
