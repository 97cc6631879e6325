import type { Command } from './command.ts';
import { abort } from './commands/abort.ts';
import { APPROVAL_COMMANDS } from './commands/approval.ts';
import { AUTOMATION_COMMANDS } from './commands/automation.ts';
import { doctor } from './commands/doctor.ts';
import { history } from './commands/history.ts';
import { readiness } from './commands/readiness.ts';
import { status } from './commands/status.ts';
import { TAKING_IN_COMMANDS } from './commands/taking-in.ts';
import { WORKFLOW_COMMANDS } from './commands/workflows.ts';

/** All that the command line can do, in the order in which its help tells of it. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  status,
  doctor,
  history,
  ...WORKFLOW_COMMANDS,
  readiness,
  ...APPROVAL_COMMANDS,
  abort,
  ...AUTOMATION_COMMANDS,
  ...TAKING_IN_COMMANDS,
};
