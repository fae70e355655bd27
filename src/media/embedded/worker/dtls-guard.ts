import { createHash } from 'node:crypto';
import type { DtlsServer } from 'werift';
import type { DtlsTerms } from '../protocol.ts';
import { isStun, readBindingRequest, writeBindingSuccess } from './ice-binding.ts';
import type { PacketGuard } from './packet-guard.ts';
import { SrtpGuard } from './srtp-guard.ts';

/** use_srtp profile SRTP_AES128_CM_HMAC_SHA1_80 (RFC 5764 4.1.2). */
const AES128_CM_SHA1_80 = 1;
const KEY_BYTES = 16;
const SALT_BYTES = 14;
const TAG_BYTES = 10;

/** What the guard asks of its transport. */
export interface DtlsHost {
  /** The far end chose this path (ICE nomination): media goes there from now on. */
  onPath(address: string, port: number): void;
  send(packet: Uint8Array, address: string, port: number): void;
}

/**
 * WebRTC on one port: answers ICE checks as a lite agent (RFC 8445 2.5), is the server of the DTLS handshake (RFC 5764) and
 * then speaks SRTP with its keys. Nothing of the far end counts before its certificate's fingerprint is the one in SDP.
 */
export class DtlsGuard implements PacketGuard {
  readonly #host: DtlsHost;
  #terms: DtlsTerms;
  #path: { address: string; port: number } | undefined;
  #dtls: DtlsServer | undefined;
  #starting = false;
  #srtp: SrtpGuard | undefined;
  #closed = false;
  /** Set by the handshake; takes what comes for it. */
  #onRecord: ((record: Buffer) => void) | undefined;

  constructor(host: DtlsHost, terms: DtlsTerms) {
    this.#host = host;
    this.#terms = terms;
  }

  /** Offer and answer again: an ICE restart brings other credentials, the handshake stays (RFC 8842 4). */
  update(terms: DtlsTerms): void {
    this.#terms = terms;
  }

  protectRtp(packet: Uint8Array): Uint8Array | undefined {
    return this.#srtp?.protectRtp(packet);
  }

  protectRtcp(packet: Uint8Array): Uint8Array | undefined {
    return this.#srtp?.protectRtcp(packet);
  }

  openRtp(packet: Buffer): Buffer | undefined {
    return this.#srtp?.openRtp(packet);
  }

  openRtcp(packet: Buffer): Buffer | undefined {
    return this.#srtp?.openRtcp(packet);
  }

  onOther(packet: Buffer, address: string, port: number): void {
    if (this.#closed) return;
    if (isStun(packet)) this.#onStun(packet, address, port);
    else if (this.#path && this.#path.address === address && this.#path.port === port) this.#onDtls(packet);
  }

  close(): void {
    this.#closed = true;
    this.#dtls?.close();
  }

  #onStun(packet: Buffer, address: string, port: number): void {
    const { ufrag, password } = this.#terms.ice;
    const request = readBindingRequest(packet, password);
    // RFC 8445 7.3: our fragment comes first
    if (!request?.username.startsWith(`${ufrag}:`)) return;
    this.#host.send(writeBindingSuccess(request, address, port, password), address, port);
    if (request.useCandidate || !this.#path) {
      this.#path = { address, port };
      this.#host.onPath(address, port);
    }
  }

  #onDtls(record: Buffer): void {
    if (this.#onRecord) this.#onRecord(record);
    // the far end sends its first record again and again until it is answered
    else if (!this.#starting) void this.#start();
  }

  async #start(): Promise<void> {
    this.#starting = true;
    // WebRTC is rare among legs and its code is large: read when first needed
    const { DtlsServer } = await import('werift');
    if (this.#closed) return;
    const { certificate } = this.#terms;
    const host = this;
    const transport = {
      type: 'udp',
      address: { address: '', family: '', port: 0 },
      get closed() {
        return host.#closed;
      },
      onData: (_record: Buffer) => {},
      send: async (record: Buffer) => this.#sendRecord(record),
      close: async () => {},
    };
    const dtls = new DtlsServer({
      cert: certificate.cert,
      key: certificate.key,
      // ECDSA with SHA-256 (RFC 5246 7.4.1.4.1)
      signatureHash: { hash: 4, signature: 3 },
      transport,
      srtpProfiles: [AES128_CM_SHA1_80],
      extendedMasterSecret: true,
      certificateRequest: true,
    });
    dtls.onConnect.once(() => this.#connected(dtls));
    // an error is not listened for: a stranger's record must not end the call, the far end sends its own again
    this.#dtls = dtls;
    this.#onRecord = (record) => {
      try {
        transport.onData(Buffer.from(record));
      } catch {
        // no DTLS record: as good as lost
      }
    };
  }

  #sendRecord(record: Buffer): void {
    if (this.#path && !this.#closed) this.#host.send(record, this.#path.address, this.#path.port);
  }

  #connected(dtls: DtlsServer): void {
    const certificate = dtls.remoteCertificate;
    const trusted =
      certificate && this.#terms.fingerprints.some((named) => isFingerprint(named, certificate));
    // RFC 5763 5: another certificate than SDP named is somebody else
    if (!trusted || dtls.srtp.srtpProfile !== AES128_CM_SHA1_80) {
      this.close();
      return;
    }
    const { localKey, localSalt, remoteKey, remoteSalt } = dtls.extractSessionKeys(KEY_BYTES, SALT_BYTES);
    const [send, receive] = [Buffer.concat([localKey, localSalt]), Buffer.concat([remoteKey, remoteSalt])];
    this.#srtp = new SrtpGuard(send, receive, TAG_BYTES);
  }
}

/** Whether `named` (`sha-256 AB:CD:...`, RFC 8122 5) is the certificate's. */
function isFingerprint(named: string, certificate: Buffer): boolean {
  const [algorithm = '', value = ''] = named.split(' ');
  const hash = /^sha-(256|384|512)$/i.test(algorithm) ? algorithm.replace('-', '').toLowerCase() : undefined;
  if (!hash) return false;
  const found = createHash(hash).update(certificate).digest('hex');
  return found === value.replaceAll(':', '').toLowerCase();
}
