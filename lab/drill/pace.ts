import { ALARM_PERIOD_SECONDS, APPROVAL_LOOK_SECONDS, SCHEDULE_SECONDS } from '../installation.ts';

/** What AWS does every so often, and the guide's records live. */
const DEPLOYED_SECONDS = 60;

/** What goes faster in a drill than it does deployed, to be known by whoever reads its times. */
export const paceOf = (recordTtlSeconds: number): readonly string[] => [
  `Alarms are evaluated every ${ALARM_PERIOD_SECONDS} s here, and the sweep runs every ${SCHEDULE_SECONDS} s. AWS does both every ${DEPLOYED_SECONDS} s: add up to ${DEPLOYED_SECONDS - ALARM_PERIOD_SECONDS} s to what comes after the loss.`,
  `An approval is looked for every ${APPROVAL_LOOK_SECONDS} s here, and every ${DEPLOYED_SECONDS} s deployed. Records live ${recordTtlSeconds} s here, and ${DEPLOYED_SECONDS} s in the guide.`,
];
