import { createInterface } from 'node:readline';
import { runCli } from '../data-grid/cli.ts';
import type { SiteOrder, SiteSettings } from './messages.ts';
import { type Site, startSite } from './site.ts';

/**
 * One site as one process: what it starts belongs to its process group, so that the rehearsal can stop, go on with
 * and kill all of it at once. Its Infinispan server is a process of its own.
 */
const start = (settings: SiteSettings): Promise<Site> =>
  startSite(
    settings,
    ({ script, signal }) => runCli({ ...settings.dataGrid, script, signal }),
    (report) => process.stdout.write(`${JSON.stringify(report)}\n`),
  );

let site: Promise<Site> | null = null;
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const message: unknown = JSON.parse(line);
    if (site === null) site = start(message as SiteSettings);
    else site.then((started) => started.order(message as SiteOrder));
  })
  // The parent is gone, however it ended: nothing of the site may stay behind.
  .on('close', () => {
    try {
      process.kill(-process.pid, 'SIGKILL');
    } catch {
      // Not started as the leader of a group of its own.
    }
    process.exit(0);
  });
