import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Certificate, makeCertificate } from '../kubernetes/api.ts';
import type { Etcd } from '../kubernetes/model.ts';

/** What a site finds in its folder after it lost its power. Written whole or not at all. */
export class EtcdFile {
  readonly #file: string;
  readonly #certificateFile: string;

  constructor(directory: string) {
    this.#file = join(directory, 'etcd.json');
    this.#certificateFile = join(directory, 'certificate.json');
  }

  read(): Etcd | null {
    return existsSync(this.#file) ? (JSON.parse(readFileSync(this.#file, 'utf8')) as Etcd) : null;
  }

  write(etcd: Etcd): void {
    replace(this.#file, etcd);
  }

  /** The cluster's own, made when it first starts: a client that trusts it must trust it after a restart. */
  async certificate(): Promise<Certificate> {
    if (existsSync(this.#certificateFile)) {
      return JSON.parse(readFileSync(this.#certificateFile, 'utf8')) as Certificate;
    }
    const certificate = await makeCertificate();
    replace(this.#certificateFile, certificate);
    return certificate;
  }
}

function replace(file: string, content: unknown): void {
  const next = `${file}.next`;
  writeFileSync(next, JSON.stringify(content), { mode: 0o600 });
  renameSync(next, file);
}
