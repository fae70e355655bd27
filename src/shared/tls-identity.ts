import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { ConfigError } from './errors.ts';

/** Files of a TLS identity, PEM. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** Authorities for servers that we connect to; those of the system by default. */
  readonly caFile?: string;
}

/** Certificate and key of ours, read again on {@link reload}: new connections get the new ones. */
export class TlsIdentity {
  readonly #files: TlsFiles;
  #options: SecureContextOptions;
  #context: SecureContext;
  readonly #listeners = new Set<(options: SecureContextOptions) => void>();

  /** Throws ConfigError when a file cannot be read, or key and certificate do not fit. */
  constructor(files: TlsFiles) {
    this.#files = files;
    this.#options = read(files);
    this.#context = contextOf(files, this.#options);
  }

  /** What `tls.createServer` and `tls.connect` want. */
  get options(): SecureContextOptions {
    return this.#options;
  }

  get context(): SecureContext {
    return this.#context;
  }

  /** Reads the files again. Throws ConfigError and keeps the old identity when they are not good. */
  reload(): void {
    this.#take(read(this.#files));
  }

  /** As {@link reload}, where what they hold has changed; returns whether it has. */
  refresh(): boolean {
    const options = read(this.#files);
    if (PARTS.every((part) => isSame(options[part], this.#options[part]))) return false;
    this.#take(options);
    return true;
  }

  #take(options: SecureContextOptions): void {
    this.#context = contextOf(this.#files, options);
    this.#options = options;
    for (const listener of this.#listeners) listener(options);
  }

  /** Calls `listener` after each reload; the function returned stops that. */
  onReload(listener: (options: SecureContextOptions) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

const PARTS = ['cert', 'key', 'ca'] as const;

function isSame(one: SecureContextOptions['cert' | 'key' | 'ca'], other: typeof one): boolean {
  return one instanceof Buffer && other instanceof Buffer ? one.equals(other) : one === other;
}

function read({ certFile, keyFile, caFile }: TlsFiles): SecureContextOptions {
  return {
    cert: readPem(certFile),
    key: readPem(keyFile),
    ...(caFile !== undefined && { ca: readPem(caFile) }),
    // RFC 8996: older versions are gone
    minVersion: 'TLSv1.2',
  };
}

function readPem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new ConfigError(`cannot read ${file}`, { file }, 'check the path and who may read it', { cause });
  }
}

function contextOf(files: TlsFiles, options: SecureContextOptions): SecureContext {
  try {
    return createSecureContext(options);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(
      `TLS certificate ${files.certFile} and key ${files.keyFile} cannot be used: ${why}`,
      { file: files.certFile },
      'both must be PEM and belong to each other',
      { cause },
    );
  }
}
