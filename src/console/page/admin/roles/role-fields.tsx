import { Input } from 'antd';
import { useId } from 'react';
import { useSession } from '../../../api/session.tsx';
import { useSay } from '../../../i18n/language.tsx';
import { useRoles } from '../people-data.ts';
import { type Reach, type Rights, rightsMap } from '../rights/permissions.ts';
import { RightsMatrix } from '../rights/rights-matrix.tsx';
import { rolesWords } from './words.ts';
import '../../../kit/entity/entity.css';

export interface RoleDraft {
  readonly zh: string;
  readonly en: string;
  readonly rights: Rights;
  /** Rights of what it was copied of that who copies cannot give. */
  readonly dropped?: number;
}

interface FieldsProps {
  readonly value: RoleDraft;
  readonly change: (value: RoleDraft) => void;
  readonly isTried: boolean;
}

/** Rights that a company's own role may have, and what of them who looks has himself. */
export function useGivable(): { readonly permissions: readonly string[]; readonly own: Rights } {
  const { me } = useSession();
  const roles = useRoles();
  const widest = roles.data?.find(({ name }) => name === 'company-admin');
  return {
    permissions: widest?.rights.map(({ permission }) => permission) ?? [],
    own: rightsMap(me.rights),
  };
}

export const withRight = (rights: Rights, permission: string, reach: Reach | undefined): Rights => {
  const next = new Map(rights);
  if (reach === undefined) next.delete(permission);
  else next.set(permission, reach);
  return next;
};

/** As the API takes a role; undefined while something is missing. */
export function roleBody({ zh, en, rights }: RoleDraft) {
  const title = { zh: zh.trim(), en: en.trim() || zh.trim() };
  if (title.zh === '' || rights.size === 0) return undefined;
  return { title, rights: Array.from(rights, ([permission, reach]) => ({ permission, reach })) };
}

/** Names and rights of a role. */
export function RoleFields({ value, change, isTried }: FieldsProps) {
  const say = useSay(rolesWords);
  const id = useId();
  const { permissions, own } = useGivable();
  const isNameless = isTried && value.zh.trim() === '';
  return (
    <div className="entity-form">
      <div className="entity-grid">
        <div className={`entity-field${isNameless ? ' is-wrong' : ''}`}>
          <span className="entity-label">
            <label htmlFor={`${id}-zh`}>{say('titleZh')}</label>
            <span className="entity-must small">{say('needed')}</span>
          </span>
          <Input
            id={`${id}-zh`}
            maxLength={100}
            {...(isNameless && { status: 'error' as const })}
            value={value.zh}
            onChange={({ target }) => change({ ...value, zh: target.value })}
          />
          {isNameless && (
            <span className="entity-fault small" role="alert">
              {say('needed')}
            </span>
          )}
        </div>
        <div className="entity-field">
          <span className="entity-label">
            <label htmlFor={`${id}-en`}>{say('titleEn')}</label>
          </span>
          <Input
            id={`${id}-en`}
            maxLength={100}
            value={value.en}
            onChange={({ target }) => change({ ...value, en: target.value })}
          />
          <span className="entity-help faint small">{say('titleEnHelp')}</span>
        </div>
      </div>
      {isTried && value.rights.size === 0 && (
        <span className="entity-fault small" role="alert">
          {say('noRights')}
        </span>
      )}
      <RightsMatrix
        permissions={permissions}
        rights={value.rights}
        own={own}
        change={(permission, reach) =>
          change({ ...value, rights: withRight(value.rights, permission, reach) })
        }
      />
    </div>
  );
}
