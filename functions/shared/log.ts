type Level = 'info' | 'warn' | 'error';

const SECRET_KEYS = /token|secret|password|authorization/i;

/** One JSON line. Fields that name a secret are left out by their key, whatever they hold. */
export function log(level: Level, message: string, fields: Readonly<Record<string, unknown>> = {}): void {
  if (process.env['FAILOVER_LOG'] === 'silent') return;
  const line = JSON.stringify({ level, message, ...fields }, (key, value) =>
    SECRET_KEYS.test(key) && typeof value === 'string' ? '[left out]' : value,
  );
  process.stdout.write(`${line}\n`);
}
