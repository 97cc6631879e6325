import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Reads lines "watch PID" and "forget PID". Its input ends when the process that holds the other end is gone, however
 * it went: then every process group still watched is killed, stopped ones included.
 */
const SCRIPT = `
watched=' '
while read -r verb pid; do
  case $verb in
    watch) watched="$watched$pid " ;;
    forget) watched=$(printf '%s' "$watched" | sed "s/ $pid / /") ;;
  esac
done
for pid in $watched; do kill -9 "-$pid" 2>/dev/null; done
exit 0
`;

let shell: ChildProcess | null = null;

function tell(line: string): void {
  if (shell === null) {
    // A group of its own: Ctrl-C in the terminal must not end it before those that it watches.
    shell = spawn('/bin/sh', ['-c', SCRIPT], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    shell.stdin?.on('error', () => {});
    shell.unref();
    (shell.stdin as unknown as { unref(): void }).unref();
  }
  shell.stdin?.write(`${line}\n`);
}

/**
 * From here on that process group does not outlive this process, whatever ends it: SIGKILL leaves a process no time
 * to stop what it started.
 * @param leader process id of the group's leader, as of a child spawned with `detached`
 */
export const watch = (leader: number): void => tell(`watch ${leader}`);

/** The group has ended, and its number may soon be somebody else's. */
export const forget = (leader: number): void => tell(`forget ${leader}`);
