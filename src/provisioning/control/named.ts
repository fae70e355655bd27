/** What a command names that asks the running PBX: its company, a file on the machine. */
import { open } from 'node:fs/promises';
import { asError, PbxError } from '../../shared/errors.ts';
import type { Provisioned } from '../provisioning.ts';

/** The company that is named, or the only one. Throws PbxError. */
export function namedCompany(
  { snapshot }: Pick<Provisioned, 'snapshot'>,
  tenant: string | undefined,
): string {
  const companies = snapshot.all('tenant').map(({ id }) => id);
  const named = tenant ?? (companies.length === 1 ? companies[0] : undefined);
  if (named === undefined)
    throw new PbxError(
      'input',
      `several companies are there: name one with --tenant: ${companies.join(', ')}`,
    );
  if (companies.includes(named)) return named;
  throw new PbxError('not-found', `there is no company ${named}`);
}

/** Throws PbxError where the PBX cannot read the file. */
export async function requireReadable(file: string): Promise<void> {
  try {
    const handle = await open(file);
    try {
      if ((await handle.stat()).isFile()) return;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new PbxError('input', `the PBX cannot read the file: ${asError(error).message}`, { cause: error });
  }
  throw new PbxError('input', `${file} is no file`);
}
