/** New passwords of phones, for the API: made by the registrar, kept in the extension. */
import type { EntityBoard } from './http/routes/entities.ts';
import type { PhonePasswordBoard } from './http/routes/phone-passwords.ts';
import type { Registrar } from './registrar/registrar.ts';
import { PbxError } from './shared/errors.ts';

interface PhonePasswordParts {
  /** Tells the audit trail who has changed `ha1`. */
  readonly entities: Pick<EntityBoard, 'find' | 'change'>;
  readonly phones: Pick<Registrar, 'newSecret'>;
}

export function phonePasswordBoard({ entities, phones }: PhonePasswordParts): PhonePasswordBoard {
  return {
    renew: async (tenant, extension, by) => {
      const found = entities.find({ kind: 'extension', tenant, name: extension });
      if (!found) throw new PbxError('not-found', `there is no extension ${extension}`);
      const { ha1, ...told } = phones.newSecret({ tenant, extension });
      const { kind, name, revision } = found;
      await entities.change({ kind, tenant, name, revision, value: { ...found.value, ha1 } }, by);
      return { extension, ...told };
    },
  };
}
