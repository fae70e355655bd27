/** Applications written with drachtio-srf, for tests of drachtio protocol servers. */
import { createServer } from 'node:net';
import Srf from 'drachtio-srf';

// biome-ignore lint/suspicious/noExplicitAny: applications are JavaScript; the package's types leave out half
export type SrfApplication = any;

export interface SrfServer {
  readonly adminPort: number;
  readonly secret: string;
  readonly tls?: Readonly<Record<string, unknown>>;
  readonly tags?: readonly string[];
}

/**
 * An application that is connected and whose routes the server knows. `write` says what it does: `srf.invite(...)`.
 * Rejects when the server does not take the secret.
 */
export async function srfApplication(
  { adminPort, secret, tls, tags }: SrfServer,
  write: (srf: SrfApplication) => void,
): Promise<SrfApplication> {
  const srf: SrfApplication = tags ? new (Srf as SrfApplication)(tags) : new Srf();
  const connected = new Promise<void>((resolve, reject) =>
    srf.on('connect', (error: unknown) => (error ? reject(error) : resolve())),
  );
  srf.connect({ host: '127.0.0.1', port: adminPort, secret, ...(tls ? { tls } : {}) });
  write(srf);
  await connected;
  await routesKnown(srf);
  return srf;
}

/** An application to which servers connect (outbound mode). `write` says what it does. */
export async function listeningApplication(
  port: number,
  secret: string,
  write: (srf: SrfApplication) => void,
): Promise<{ close(): Promise<void> }> {
  const srf: SrfApplication = new Srf();
  const listening = new Promise<void>((done) => srf.on('listening', done));
  const server = createServer();
  srf.listen({ server, secret });
  write(srf);
  server.listen(port, '127.0.0.1');
  await listening;
  return { close: () => new Promise((done) => server.close(() => done())) };
}

/**
 * drachtio-srf writes its routes when it is let in, and does not tell when they are answered. A server answers in order:
 * when it has refused what makes no sense, it knows them.
 */
async function routesKnown(srf: SrfApplication): Promise<void> {
  await new Promise<void>((done) =>
    srf.request({ method: 'INFO', uri: 'sip:placeholder', stackDialogId: 'no-such-dialog' }, () => done()),
  );
}
