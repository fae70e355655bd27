import { dirname } from 'node:path';
import type { SecureContextOptions } from 'node:tls';
import type { Clock, Timer } from '../shared/clock.ts';
import { asError } from '../shared/errors.ts';
import { FolderWatch } from '../shared/folder-watch.ts';
import type { Logger } from '../shared/logger.ts';
import { type TlsFiles, TlsIdentity } from '../shared/tls-identity.ts';
import { type CertificateFacts, factsOf } from './certificate-facts.ts';

/** Whether a certificate is good for a while: `ends-soon` within {@link ENDS_SOON_MS}. */
export type CertificateState = 'ok' | 'ends-soon' | 'ended';

/** So long before its end somebody should renew it. */
export const ENDS_SOON_MS = 30 * 86_400_000;
/** Files are looked at so often besides, for folders whose changes are not told (NFS). */
const LOOK_MS = 3_600_000;
/** The end of a certificate is spoken of so often. */
const TELL_MS = 86_400_000;

export interface ServedParts {
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The certificate that HTTPS, WSS and SIP over TLS serve: read again when its files change, and spoken of in the log when it is about to end. Connections
 * that are open keep the one that they began with.
 */
export class ServedCertificate {
  readonly #files: TlsFiles;
  readonly #parts: ServedParts;
  readonly #identity: TlsIdentity;
  readonly #watch: FolderWatch;
  readonly #timer: Timer;
  readonly #onChange: (options: SecureContextOptions) => void;
  #facts: CertificateFacts;
  #toldAt = -Infinity;
  /** Why the files were not taken the last time. */
  #refused: string | undefined;

  /** `onChange`: hears what was read. Throws ConfigError when the files are not good. */
  constructor(files: TlsFiles, parts: ServedParts, onChange: (options: SecureContextOptions) => void) {
    this.#files = files;
    this.#parts = parts;
    this.#onChange = onChange;
    this.#identity = new TlsIdentity(files);
    this.#facts = this.#read();
    this.#watch = new FolderWatch(
      parts.clock,
      (name) => !name.endsWith('.new'),
      () => this.#look(),
      (error) => parts.logger.warn({ error: error.message }, 'certificates are not watched any more'),
    );
    for (const file of [files.certFile, files.keyFile]) this.#watch.add(dirname(file));
    this.#timer = parts.clock.every(LOOK_MS, () => this.#look());
    this.#tell();
  }

  get facts(): CertificateFacts {
    return this.#facts;
  }

  get state(): CertificateState {
    const leftMs = this.#facts.endsAt - this.#parts.clock.now();
    if (leftMs <= 0) return 'ended';
    return leftMs <= ENDS_SOON_MS ? 'ends-soon' : 'ok';
  }

  /** Reads the files now, whether they changed or not. Throws ConfigError and keeps the old ones when they are not good. */
  reload(): void {
    this.#identity.reload();
    this.#took();
  }

  /** Idempotent. */
  close(): void {
    this.#watch.close();
    this.#timer.cancel();
  }

  #look(): void {
    try {
      if (this.#identity.refresh()) this.#took();
      else this.#tell();
    } catch (error) {
      // Half of a pair is there, or somebody errs: the next change is looked at as well.
      const { message } = asError(error);
      if (message !== this.#refused)
        this.#parts.logger.warn({ error: message }, 'the new certificate is not good: the old one stays');
      this.#refused = message;
    }
  }

  #took(): void {
    this.#refused = undefined;
    this.#facts = this.#read();
    this.#onChange(this.#identity.options);
    const { names, endsAt } = this.#facts;
    const fields = { names: [...names.dns, ...names.ip], endsAt: new Date(endsAt).toISOString() };
    this.#parts.logger.info(fields, 'the certificate was read again');
    this.#toldAt = -Infinity;
    this.#tell();
  }

  #read(): CertificateFacts {
    return factsOf(this.#identity.options.cert as Buffer);
  }

  #tell(): void {
    const { clock, logger } = this.#parts;
    const { state } = this;
    if (state === 'ok' || clock.now() - this.#toldAt < TELL_MS) return;
    this.#toldAt = clock.now();
    const { certFile } = this.#files;
    const fields = { file: certFile, endsAt: new Date(this.#facts.endsAt).toISOString() };
    if (state === 'ended')
      logger.error(
        fields,
        'the certificate has ended: browsers and phones refuse it; pbx400 certificate renews it',
      );
    else logger.warn(fields, 'the certificate ends soon: pbx400 certificate renews it');
  }
}
