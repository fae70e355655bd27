import { createPrivateKey, X509Certificate } from 'node:crypto';
import { asError, PbxError } from '../shared/errors.ts';
import type { KeyKind } from './authority.ts';
import { type CertificateNames, namesOf } from './names.ts';

/** What is read of a certificate. */
export interface CertificateFacts {
  readonly names: CertificateNames;
  readonly subject: string;
  /** Unix time, ms. */
  readonly startsAt: number;
  readonly endsAt: number;
  readonly kind: KeyKind;
}

/** Of the first certificate in a PEM text: the server's, where its chain follows. Throws PbxError when it is none. */
export function factsOf(pem: string | Buffer): CertificateFacts {
  const certificate = parse(pem);
  return {
    names: namesIn(certificate.subjectAltName ?? ''),
    subject: certificate.subject,
    startsAt: certificate.validFromDate.getTime(),
    endsAt: certificate.validToDate.getTime(),
    kind: certificate.publicKey.asymmetricKeyType === 'rsa' ? 'rsa' : 'ec',
  };
}

/** Throws PbxError, saying why, when browsers would not take the certificate of a server, or the key is not its. */
export function proveServer(cert: string, key: string, now: number): CertificateFacts {
  const facts = factsOf(cert);
  const refuse = (why: string) => new PbxError('input', `the certificate cannot be used: ${why}`);
  const { dns, ip } = facts.names;
  if (dns.length + ip.length === 0)
    throw refuse('it names no host (subjectAltName), and browsers read no other name');
  if (facts.endsAt <= now) throw refuse(`it ended on ${new Date(facts.endsAt).toISOString()}`);
  if (facts.startsAt > now) throw refuse(`it begins on ${new Date(facts.startsAt).toISOString()}`);
  if (!isItsKey(cert, key)) throw refuse('the key belongs to another one');
  return facts;
}

function isItsKey(cert: string, key: string): boolean {
  try {
    return parse(cert).checkPrivateKey(createPrivateKey(key));
  } catch (error) {
    throw new PbxError('input', `the key cannot be read: ${asError(error).message}`, { cause: error });
  }
}

function parse(pem: string | Buffer): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new PbxError('input', `that is no certificate in PEM: ${asError(error).message}`, { cause: error });
  }
}

/** `DNS:pbx.example.com, IP Address:192.0.2.10` as Node writes it. Names of other kinds are none of a server. */
function namesIn(alternatives: string): CertificateNames {
  const hosts = [...alternatives.matchAll(/(?:^|, )(?:DNS|IP Address):([^,"]+)/g)].map(([, host]) => host!);
  return namesOf(hosts.filter((host) => !host.includes('_')));
}
