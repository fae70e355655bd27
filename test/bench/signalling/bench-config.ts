import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const TOKEN = 'token-of-the-benchmarks';

/** Writes the configuration of an engine that bridges calls to the line at `linePort`; returns its file. */
export function writeBenchConfig(folder: string, dialplans: string, linePort: number): string {
  const file = join(folder, 'pbx400.yaml');
  writeFileSync(
    file,
    `dialplans: ${dialplans}
logLevel: warn
media: { engine: 'null' }
http: { token: ${TOKEN} }
tenants: { bench: {} }
trunks:
  carrier:
    tenant: bench
    addresses: [127.0.0.1]
    uri: sip:127.0.0.1:${linePort}
    channels: 100000
    callsPerSecond: { in: 100000, out: 100000 }
    probe: 0s
lists:
  nuisance: { tenant: bench, numbers: ['02088886666'], prefixes: ['0898'] }
`,
  );
  return file;
}
