/** The certificate that the doors serve, and whether pages are secure to browsers. */
import type { Server } from 'node:https';
import { ServedCertificate } from './certificate/served-certificate.ts';
import type { Config } from './config/config.ts';
import type { SocketEdge } from './edge/user-agent/socket-edge.ts';
import type { CertificateHealth } from './http/routes/health.ts';
import type { ControlAnswers, ControlRequest } from './provisioning/control/protocol.ts';
import type { Clock } from './shared/clock.ts';
import type { Logger } from './shared/logger.ts';

interface Doors {
  /** The HTTP server; HTTPS with `http.secure`. */
  readonly server: object;
  readonly sip: Pick<SocketEdge, 'reloadTls'>;
}

/** `pbx400 certificate` has made another: it is to be read now. */
export interface ReloadCertificate extends ControlRequest {
  readonly ask: 'reload-certificate';
}

/** The certificate of the configuration, undefined without one. HTTPS and SIP get it anew when its files change. */
export function openCertificate(
  { tls, http }: Config,
  parts: { readonly clock: Clock; readonly logger: Logger },
  doors: () => Doors,
): ServedCertificate | undefined {
  if (!tls) return undefined;
  return new ServedCertificate(tls, parts, (options) => {
    const { server, sip } = doors();
    sip.reloadTls();
    if (http.secure) (server as Server).setSecureContext(options);
  });
}

/** As `GET /api/v1/health` shows it. */
export function certificateHealth({
  state,
  facts,
}: Pick<ServedCertificate, 'state' | 'facts'>): CertificateHealth {
  return { state, endsAt: new Date(facts.endsAt).toISOString() };
}

/** What `pbx400 certificate` asks of the running PBX. */
export function certificateAnswers(
  certificate: Pick<ServedCertificate, 'reload'> | undefined,
  { http }: Config,
): ControlAnswers {
  return {
    'reload-certificate': () => {
      certificate?.reload();
      return { serves: certificate !== undefined && http.secure };
    },
  };
}

/** What is said at the start when browsers of other machines will not give pages a microphone; undefined: they will. */
export function insecurePages({ http }: Config): string | undefined {
  const isForOthers = !/^(127\.|::1$|localhost$)/.test(http.host);
  if (http.secure || http.proxies.length > 0 || !isForOthers) return undefined;
  return (
    'pages are served without TLS: browsers of other machines give them no microphone, so that nobody can talk in the browser; ' +
    '`pbx400 certificate --host NAME` makes a certificate, or a proxy with one stands before it (http.proxies)'
  );
}
