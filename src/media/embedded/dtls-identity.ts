import { createHash } from 'node:crypto';

/** Our DTLS certificate: made when the first WebRTC endpoint needs it, one for the engine's life. */
export interface DtlsIdentity {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** `sha-256 AB:CD:...` for SDP (RFC 8122 5). */
  readonly fingerprint: string;
}

/** A self-signed certificate on P-256: only its fingerprint matters (RFC 5763 5). */
export async function createDtlsIdentity(): Promise<DtlsIdentity> {
  const { CipherContext } = await import('werift');
  // ECDSA and SHA-256 (RFC 5246 7.4.1.4.1) on secp256r1 (RFC 8422 5.1.1)
  const { certPem, keyPem } = await CipherContext.createSelfSignedCertificateWithKey(
    { hash: 4, signature: 3 },
    23,
  );
  const der = Buffer.from(certPem.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');
  const digest = createHash('sha256').update(der).digest('hex').toUpperCase();
  return { cert: certPem, key: keyPem, fingerprint: `sha-256 ${digest.match(/../g)!.join(':')}` };
}
