import { DATA_GRID_DEFECTS } from './data-grid.ts';
import { DATABASE_DEFECTS } from './database.ts';
import { DECISION_DEFECTS } from './decisions.ts';
import type { Defect } from './defect.ts';
import { KEYCLOAK_AND_MAIL_DEFECTS } from './keycloak-and-mails.ts';
import { LEDGER_DEFECTS } from './ledger.ts';
import { TRAFFIC_DEFECTS } from './traffic.ts';
import { WORKFLOW_DEFECTS } from './workflows.ts';

export const DEFECTS: readonly Defect[] = [
  ...TRAFFIC_DEFECTS,
  ...LEDGER_DEFECTS,
  ...DECISION_DEFECTS,
  ...DATA_GRID_DEFECTS,
  ...WORKFLOW_DEFECTS,
  ...KEYCLOAK_AND_MAIL_DEFECTS,
  ...DATABASE_DEFECTS,
];
