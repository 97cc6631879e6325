import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SiteName } from '../../functions/shared/names.ts';
import type { DataGridJars } from './jars.ts';
import { freePorts } from './ports.ts';
import { DataGridServer } from './server.ts';

/** Classes of the server as the Java machine can map them into memory. With it a start costs 4 s of a core, not 8. */
export const serverArchiveOf = ({ home }: DataGridJars): string => join(home, 'server.jsa');

const WRITING_MILLISECONDS = 60_000;

/**
 * Makes the archive, if it is not there, by a server that starts, stops and is thrown away.
 * @param root folder for that server; removed at the end
 */
export async function makeServerArchive(jars: DataGridJars, root: string): Promise<void> {
  const archive = serverArchiveOf(jars);
  if (existsSync(archive)) return;
  const [rest, bridge, local] = (await freePorts(3)) as [number, number, number];
  const folder = mkdtempSync(join(jars.home, 'archive-'));
  const made = join(folder, 'server.jsa');
  const own = { host: '127.0.0.1', port: bridge };
  const server = new DataGridServer({
    site: 'site-a' as SiteName,
    ports: { rest, bridge, local },
    advertised: own,
    members: [own],
    jars,
    root,
    archive: { file: made, write: true },
  });
  try {
    await server.start();
    await server.stop(WRITING_MILLISECONDS);
    // Without it everything works, only slower: a Java that can't write one is no reason to stop.
    if (existsSync(made)) renameSync(made, archive);
  } finally {
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
    rmSync(root, { recursive: true, force: true });
  }
}
