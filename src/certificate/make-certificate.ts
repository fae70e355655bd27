import { join } from 'node:path';
import { PbxError } from '../shared/errors.ts';
import {
  certify,
  fingerprintOf,
  type KeyedCertificate,
  type KeyKind,
  makeAuthority,
  rangesOfAuthority,
} from './authority.ts';
import { type CertificateFacts, factsOf, proveServer } from './certificate-facts.ts';
import { AUTHORITY_FILES, readText, writePair } from './certificate-folder.ts';
import {
  type CertificateNames,
  firstOutside,
  joined,
  namesOf,
  parseRange,
  rangesOf,
  THIS_MACHINE,
} from './names.ts';

/** Where the server's pair is put. */
export interface ServerFiles {
  readonly folder: string;
  readonly cert: string;
  readonly key: string;
}

export interface MakeOptions {
  /** Names and addresses by which browsers and phones reach the PBX; none: those of the certificate that is there. */
  readonly hosts: readonly string[];
  /** What a new authority may certify besides. */
  readonly within: readonly string[];
  /** For whom a new authority is. */
  readonly company: string;
  /** Folder of the authority. */
  readonly authority: string;
  /** Makes another authority in place of the one that is there. */
  readonly anew: boolean;
  /** Default: that of the certificate that is there; P-256. */
  readonly kind: KeyKind | undefined;
  readonly now: number;
}

export interface MadeCertificate {
  readonly names: CertificateNames;
  /** Unix time, ms. */
  readonly endsAt: number;
  /** There when an authority of ours signed it. */
  readonly authority?: {
    readonly certFile: string;
    readonly keyFile: string;
    readonly isNew: boolean;
    readonly fingerprint: string;
  };
}

/** Makes the certificate of the server, by the authority that is there or, where none is, a new one. Throws PbxError. */
export async function makeCertificate(files: ServerFiles, options: MakeOptions): Promise<MadeCertificate> {
  const present = readText(files.folder, files.cert);
  const old = present === undefined ? undefined : factsOf(present);
  const names = joined(wanted(options, old), THIS_MACHINE);
  const kind = options.kind ?? old?.kind ?? 'ec';
  const { authority, isNew } = await authorityFor(names, kind, options);
  const made = await certify(authority, names, kind, options.now);
  // Written when both are whole: what is there goes on until then.
  if (isNew) writePair(options.authority, AUTHORITY_FILES, authority);
  writePair(files.folder, files, made);
  return {
    names,
    endsAt: factsOf(made.cert).endsAt,
    authority: {
      certFile: join(options.authority, AUTHORITY_FILES.cert),
      keyFile: join(options.authority, AUTHORITY_FILES.key),
      isNew,
      fingerprint: fingerprintOf(authority.cert),
    },
  };
}

/** Takes a certificate that somebody else has signed. Throws PbxError when browsers would not. */
export function takeCertificate(files: ServerFiles, pair: KeyedCertificate, now: number): MadeCertificate {
  const { names, endsAt } = proveServer(pair.cert, pair.key, now);
  writePair(files.folder, files, pair);
  return { names, endsAt };
}

function wanted({ hosts }: MakeOptions, old: CertificateFacts | undefined): CertificateNames {
  if (hosts.length > 0) return namesOf(hosts);
  if (old) return old.names;
  throw new PbxError(
    'input',
    'no host: name those by which browsers reach the PBX, --host pbx.example.com 192.0.2.10',
  );
}

async function authorityFor(
  names: CertificateNames,
  kind: KeyKind,
  { authority: folder, anew, within, company, now }: MakeOptions,
): Promise<{ authority: KeyedCertificate; isNew: boolean }> {
  const cert = readText(folder, AUTHORITY_FILES.cert);
  if (cert === undefined || anew) {
    const ranges = [...rangesOf(names), ...within.map(parseRange)];
    return { authority: await makeAuthority(company, ranges, kind, now), isNew: true };
  }
  const key = readText(folder, AUTHORITY_FILES.key);
  if (key === undefined)
    throw new PbxError(
      'input',
      `${AUTHORITY_FILES.key} of the authority is not in ${folder}: --ca names the folder where it is kept`,
    );
  if (within.length > 0)
    throw new PbxError(
      'input',
      '--within is for a new authority: --new-ca makes one, which all machines must trust anew',
    );
  const { endsAt } = factsOf(cert);
  if (endsAt <= now)
    throw new PbxError(
      'input',
      `the authority ended on ${new Date(endsAt).toISOString()}: --new-ca makes another`,
    );
  const ranges = rangesOfAuthority(cert);
  const outside = ranges && firstOutside(names, ranges);
  if (outside !== undefined)
    throw new PbxError(
      'input',
      `the authority is bound to other names than ${outside}: --new-ca makes another, which all machines must trust anew`,
    );
  return { authority: { cert, key }, isNew: false };
}
