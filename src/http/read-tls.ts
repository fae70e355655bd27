import { readFileSync } from 'node:fs';
import { ConfigError } from '../shared/errors.ts';

/** Files of a certificate, PEM. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** Certificate and key for a server. Throws ConfigError when a file cannot be read. */
export function readTls({ certFile, keyFile }: TlsFiles): { cert: Buffer; key: Buffer } {
  return { cert: read(certFile), key: read(keyFile) };
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ConfigError(
      `the certificate cannot be read: ${(error as Error).message}`,
      { file },
      'check tls:',
    );
  }
}
