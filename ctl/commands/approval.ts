import type { Command } from '../command.ts';
import { execute, FOLLOW } from '../executing.ts';

const answering = (decision: 'approve' | 'refuse', summary: string): Command => ({
  summary,
  options: {
    by: { takes: 'text', meaning: 'Who says so. Default: the name in your AWS credentials.' },
    ...FOLLOW,
  },
  work: async (context) => {
    const approval = (await context.store.read())?.approval;
    if (approval?.answer === 'waiting') context.say(`${approval.workflow} asks: ${approval.question}`);
    const by = (context.given.text('by') ?? context.caller.name).slice(0, 100);
    return execute(context, 'approve', { decision, by });
  },
});

export const APPROVAL_COMMANDS = {
  approve: answering('approve', 'The workflow that waits for approval goes on.'),
  refuse: answering('refuse', 'The workflow that waits for approval ends without moving traffic.'),
} as const satisfies Readonly<Record<string, Command>>;
