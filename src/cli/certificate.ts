import { hostname } from 'node:os';
import { basename } from 'node:path';
import { Command } from 'commander';
import { makeCertificate, takeCertificate } from '../certificate/make-certificate.ts';
import { makerWords } from '../certificate/maker-words.ts';
import type { Config } from '../config/config.ts';
import { ownCertificateIn } from '../config/data-dir.ts';
import type { ReloadCertificate } from '../open-certificate.ts';
import { loadMachine } from '../provisioning/file/company-sections.ts';
import { PbxError } from '../shared/errors.ts';
import { configOption, dataOption, readInput } from './options.ts';
import { askIfRunning } from './running.ts';

interface CertificateOptions {
  readonly host: readonly string[];
  readonly within: readonly string[];
  readonly company: string;
  readonly ca?: string;
  readonly newCa?: true;
  readonly rsa?: true;
  readonly cert?: string;
  readonly key?: string;
  readonly language: string;
  readonly config?: string;
  readonly data?: string;
}

/** The locale of this terminal (`LANG`). */
const ownLanguage = () => (Intl.DateTimeFormat().resolvedOptions().locale.startsWith('zh') ? 'zh-CN' : 'en');

/** `pbx400 certificate`: has pages and phones served with TLS, and says how machines come to trust that. */
export function certificateCommand(write: (text: string) => void, now = Date.now): Command {
  return new Command('certificate')
    .description(
      'make the certificate of HTTPS and WSS (证书), which browsers ask for before they give a microphone',
    )
    .option('--host <name...>', 'names and addresses by which browsers and phones reach this PBX', [])
    .option('--company <name>', 'for whom a new authority (CA) is', hostname())
    .option('--ca <dir>', 'folder of the authority (default: tls in the data folder)')
    .option('--within <range...>', 'domains and networks that a new authority may certify besides', [])
    .option('--new-ca', 'make another authority: all machines must trust it anew')
    .option('--rsa', 'RSA keys, for phones that do not know P-256')
    .option('--cert <file>', 'take this certificate (PEM, its chain after it) instead of making one')
    .option('--key <file>', 'its key (PEM)')
    .option('--language <tag>', 'zh-CN or en (default: that of the terminal)', ownLanguage())
    .addOption(configOption())
    .addOption(dataOption())
    .action(async ({ config: file, data, ...options }: CertificateOptions) => {
      const config = loadMachine({ file, overrides: data === undefined ? {} : { data }, prepare: true });
      const { folder, certFile, keyFile } = ownCertificateIn(config.dataDir);
      const files = { folder, cert: basename(certFile), key: basename(keyFile) };
      const made = givenPair(options)
        ? takeCertificate(files, readPair(options), now())
        : await makeCertificate(files, {
            hosts: options.host,
            within: options.within,
            company: options.company,
            authority: options.ca ?? folder,
            anew: options.newCa ?? false,
            kind: options.rsa ? 'rsa' : undefined,
            now: now(),
          });
      const words = makerWords(options.language);
      write(words.made(made, certFile));
      if (config.tls !== undefined && config.tls.certFile !== certFile)
        return write(words.otherFiles(config.file, config.tls.certFile));
      write(words.served(await served(config), config.http));
      if (made.authority?.isNew) write(words.trust(made, config.http.port));
      if (made.authority) write(words.authorityKey(made.authority.keyFile));
    });
}

/** Whether the PBX that runs serves it now. */
async function served(config: Config): Promise<'now' | 'next-start' | 'not-running'> {
  const request: ReloadCertificate = { ask: 'reload-certificate' };
  const answer = await askIfRunning<{ serves: boolean }>(config, request);
  if (!answer) return 'not-running';
  return answer.serves ? 'now' : 'next-start';
}

function givenPair({ cert, key, host }: CertificateOptions): boolean {
  if (cert === undefined && key === undefined) return false;
  if (cert === undefined || key === undefined || host.length > 0)
    throw new PbxError('input', 'either --host makes a certificate, or --cert and --key give one');
  return true;
}

const readPair = ({ cert = '', key = '' }: CertificateOptions) => ({
  cert: readInput(cert).toString(),
  key: readInput(key).toString(),
});
