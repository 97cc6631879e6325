import { spawnSync } from 'node:child_process';

const OLDEST_JAVA = 17;

/** What real servers need and this machine lacks, one line each with how to get it; empty when nothing is missing. */
export function checkTools(): readonly string[] {
  const missing: string[] = [];
  const java = firstLine('java', '-version');
  const version = java === null ? null : javaVersion(java);
  if (java === null) {
    missing.push(
      `Java ${OLDEST_JAVA} or newer is missing ("java" is not on the PATH). On Debian: apt-get install openjdk-17-jre-headless.`,
    );
  } else if (version === null || version < OLDEST_JAVA) {
    missing.push(
      `Java ${OLDEST_JAVA} or newer is needed, and "java" on the PATH says: ${java}. On Debian: apt-get install openjdk-17-jre-headless.`,
    );
  }
  if (firstLine('mvn', '-version') === null) {
    missing.push(
      'Maven is missing ("mvn" is not on the PATH), which fetches the Infinispan server. On Debian: apt-get install maven.',
    );
  }
  return missing;
}

/** `openjdk version "17.0.15" 2025-04-15`, and `"1.8.0_402"` of old. */
export function javaVersion(line: string): number | null {
  const match = /version "(?:1\.)?(\d+)/.exec(line);
  return match === null ? null : Number(match[1]);
}

/** The first line that the command prints, on either stream; null when it can't be run. */
function firstLine(command: string, argument: string): string | null {
  const { error, stdout, stderr, status } = spawnSync(command, [argument], { encoding: 'utf8' });
  if (error !== undefined || status !== 0) return null;
  const lines = `${stderr}\n${stdout}`.split('\n').map((line) => line.trim());
  // JAVA_TOOL_OPTIONS makes Java greet first.
  return lines.find((line) => line !== '' && !line.startsWith('Picked up')) ?? '';
}
