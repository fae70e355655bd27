/** A company's own certificate authority (企业自建 CA) and what it signs, by @peculiar/x509 and the Web Crypto of Node. */
import {
  createHash,
  createPrivateKey,
  KeyObject,
  randomBytes,
  webcrypto,
  X509Certificate,
} from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { GeneralName, GeneralSubtree, GeneralSubtrees, NameConstraints } from '@peculiar/asn1-x509';
import * as x509 from '@peculiar/x509';
import { PbxError } from '../shared/errors.ts';
import type { CertificateNames, Range } from './names.ts';

const DAY_MS = 86_400_000;
/** Browsers take 825 days of a private authority, and 398 of any. Both ends count, and clocks differ. */
const SERVER_MS = 397 * DAY_MS;
const AUTHORITY_MS = 3650 * DAY_MS;
/** Clocks of phones and desks may be behind. */
const CLOCKS_MS = 3_600_000;
/** RFC 5280 4.2.1.10 */
const NAME_CONSTRAINTS = '2.5.29.30';

/** Keys on P-256, or, for phones that know no others, RSA. */
export type KeyKind = 'ec' | 'rsa';

/** A certificate with its private key, PEM. */
export interface KeyedCertificate {
  readonly cert: string;
  readonly key: string;
}

/**
 * A new authority, for ten years. It can certify servers within `ranges` and nothing else: who steals its key cannot pretend to be a bank to those
 * who trust it (RFC 5280 4.2.1.10, 4.2.1.12).
 */
export async function makeAuthority(
  company: string,
  ranges: readonly Range[],
  kind: KeyKind,
  now: number,
): Promise<KeyedCertificate> {
  const keys = await keysOf(kind);
  const name = [{ O: [company] }, { CN: [`${company} pbx400 CA`] }];
  const cert = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: name,
    issuer: name,
    notBefore: new Date(now - CLOCKS_MS),
    notAfter: new Date(now + AUTHORITY_MS),
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    signingAlgorithm: { hash: 'SHA-256' },
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.Extension(NAME_CONSTRAINTS, true, AsnConvert.serialize(constraintsOf(ranges))),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return pemOf(cert, keys.privateKey);
}

/** A certificate of a server of these names, signed. Throws PbxError when the key is not the authority's. */
export async function certify(
  authority: KeyedCertificate,
  names: CertificateNames,
  kind: KeyKind,
  now: number,
): Promise<KeyedCertificate> {
  const issuer = new x509.X509Certificate(authority.cert);
  const keys = await keysOf(kind);
  const cert = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: [{ CN: [(names.dns[0] ?? names.ip[0]!).slice(0, 64)] }],
    issuer: issuer.subjectName,
    notBefore: new Date(now - CLOCKS_MS),
    notAfter: new Date(Math.min(now - CLOCKS_MS + SERVER_MS, issuer.notAfter.getTime())),
    publicKey: keys.publicKey,
    signingKey: signingKeyOf(authority),
    signingAlgorithm: { hash: 'SHA-256' },
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.digitalSignature | (kind === 'rsa' ? x509.KeyUsageFlags.keyEncipherment : 0),
        true,
      ),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        ...names.dns.map((value) => ({ type: 'dns', value }) as const),
        ...names.ip.map((value) => ({ type: 'ip', value }) as const),
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return pemOf(cert, keys.privateKey);
}

/** What an authority is bound to; undefined: nothing, which one of somebody else's may be. Throws PbxError when it is none. */
export function rangesOfAuthority(pem: string): readonly Range[] | undefined {
  const certificate = new x509.X509Certificate(pem);
  if (certificate.getExtension(x509.BasicConstraintsExtension)?.ca !== true)
    throw new PbxError('input', 'that is not the certificate of an authority');
  const found = certificate.getExtension(NAME_CONSTRAINTS);
  if (!found) return undefined;
  const { permittedSubtrees = [] } = AsnConvert.parse(found.value, NameConstraints);
  return [...permittedSubtrees].flatMap(({ base: { dNSName: dns, iPAddress: network } }): Range[] => {
    if (dns !== undefined) return [{ dns }];
    return network === undefined ? [] : [{ network }];
  });
}

/** SHA-256 of a certificate as its viewers show it, `AB:CD:...`. */
export function fingerprintOf(cert: string): string {
  return createHash('sha256')
    .update(new X509Certificate(cert).raw)
    .digest('hex')
    .toUpperCase()
    .replaceAll(/..(?=.)/g, '$&:');
}

function constraintsOf(ranges: readonly Range[]): NameConstraints {
  const subtrees = ranges.map(
    (range) =>
      new GeneralSubtree({
        base: new GeneralName('dns' in range ? { dNSName: range.dns } : { iPAddress: range.network }),
      }),
  );
  return new NameConstraints({ permittedSubtrees: new GeneralSubtrees(subtrees) });
}

/** RFC 5280 4.1.2.2: positive, at most 20 bytes; 64 bits of chance or more. */
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0]! &= 0x7f;
  bytes[0]! |= 0x40;
  return bytes.toString('hex');
}

const ALGORITHMS = {
  ec: { name: 'ECDSA', namedCurve: 'P-256' },
  rsa: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  },
} as const;

function keysOf(kind: KeyKind): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHMS[kind], true, [
    'sign',
    'verify',
  ]) as Promise<webcrypto.CryptoKeyPair>;
}

function signingKeyOf({ cert, key }: KeyedCertificate): webcrypto.CryptoKey {
  const privateKey = createPrivateKey(key);
  if (!new X509Certificate(cert).checkPrivateKey(privateKey))
    throw new PbxError('input', 'the key is not that of the certificate of the authority');
  const kind = privateKey.asymmetricKeyType === 'rsa' ? 'rsa' : 'ec';
  return privateKey.toCryptoKey(ALGORITHMS[kind], true, ['sign']);
}

function pemOf(cert: x509.X509Certificate, key: webcrypto.CryptoKey): KeyedCertificate {
  return {
    cert: `${cert.toString('pem')}\n`,
    key: KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}
