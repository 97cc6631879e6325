import {
  ALARM_PERIOD_SECONDS,
  APPROVAL_LOOK_SECONDS,
  ENDPOINT_CHECK_SECONDS,
  SCHEDULE_SECONDS,
} from '../installation.ts';

/** What AWS does every so often, and the guide's records live. */
const DEPLOYED_SECONDS = 60;
/** How often Route 53 checks an endpoint by default and in the guide. */
const DEPLOYED_CHECK_SECONDS = 30;

const DETECTION_SECONDS = DEPLOYED_CHECK_SECONDS - ENDPOINT_CHECK_SECONDS;
const EVALUATION_SECONDS = DEPLOYED_SECONDS - ALARM_PERIOD_SECONDS;

/** What goes faster in a drill than it does deployed, to be known by whoever reads its times. */
export const paceOf = (recordTtlSeconds: number): readonly string[] => [
  `Endpoints are checked every ${ENDPOINT_CHECK_SECONDS} s here, and every ${DEPLOYED_CHECK_SECONDS} s by default and in the guide: up to ${DETECTION_SECONDS} s more.`,
  `Alarms are evaluated every ${ALARM_PERIOD_SECONDS} s here, and the sweep runs every ${SCHEDULE_SECONDS} s. AWS does both every ${DEPLOYED_SECONDS} s: up to ${EVALUATION_SECONDS} s more.`,
  `Together: add up to ${DETECTION_SECONDS + EVALUATION_SECONDS} s to what comes after the loss.`,
  `An approval is looked for every ${APPROVAL_LOOK_SECONDS} s here, and every ${DEPLOYED_SECONDS} s deployed. Records live ${recordTtlSeconds} s here, and ${DEPLOYED_SECONDS} s in the guide.`,
];
