import { Input, Select } from 'antd';
import { type ReactNode, useId } from 'react';
import { useSay } from '../../../i18n/language.tsx';
import { useWords } from '../../../kit/entity/kinds.ts';
import { Picker } from '../../../kit/entity/picker.tsx';
import { capital } from '../capital.ts';
import { useRoles } from '../people-data.ts';
import { usersWords } from './words.ts';
import '../../../kit/entity/entity.css';

export interface UserFields {
  readonly login: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly department: string | null;
  readonly agent: string | null;
}

/** As the API wants a login. */
export const LOGIN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** What is wrong with them, by field. */
export type UserFaults = Partial<Record<'login' | 'name', 'needed' | 'wrongLogin'>>;

export function faultsOf({ login, name }: UserFields): UserFaults {
  return {
    ...(!LOGIN.test(login) && { login: login === '' ? ('needed' as const) : ('wrongLogin' as const) }),
    ...(name.trim() === '' && { name: 'needed' as const }),
  };
}

interface FormProps {
  readonly value: UserFields;
  readonly change: (value: UserFields) => void;
  readonly faults: UserFaults;
  readonly isNew?: boolean;
  readonly isReadOnly?: boolean;
}

/** Who somebody is, what he may do, and where he stands. */
export function UserForm({ value, change, faults, isNew = false, isReadOnly = false }: FormProps) {
  const say = useSay(usersWords);
  const speak = useWords();
  const roles = useRoles();
  const titles = (roles.data ?? []).map(({ name, title }) => ({ value: name, label: capital(speak(title)) }));
  const id = useId();
  const text = (field: 'login' | 'name', most: number) => (
    <Input
      id={`${id}-${field}`}
      autoComplete="off"
      maxLength={most}
      disabled={isReadOnly}
      {...(faults[field] && { status: 'error' as const })}
      value={value[field]}
      onChange={({ target }) => change({ ...value, [field]: target.value })}
    />
  );
  return (
    <div className="entity-form">
      <div className="entity-grid">
        {isNew && (
          <Field id={`${id}-login`} label={say('login')} help={say('loginHelp')} isMust fault={faults.login}>
            {text('login', 64)}
          </Field>
        )}
        <Field id={`${id}-name`} label={say('name')} isMust fault={faults.name}>
          {text('name', 100)}
        </Field>
        <Field
          id={`${id}-roles`}
          label={say('roles')}
          {...(value.roles.length === 0 && { help: say('noRolesHelp') })}
        >
          <Select
            id={`${id}-roles`}
            aria-label={say('roles')}
            className="entity-wide"
            mode="multiple"
            disabled={isReadOnly}
            loading={roles.isLoading}
            value={[...value.roles]}
            options={titles}
            showSearch={{ optionFilterProp: 'label' }}
            placeholder={say('noRoles')}
            onChange={(chosen: string[]) => change({ ...value, roles: chosen })}
          />
        </Field>
        <Field id={`${id}-department`} label={say('department')} help={say('departmentHelp')}>
          <Picker
            id={`${id}-department`}
            label={say('department')}
            reference="department"
            value={value.department ?? undefined}
            change={(department) => change({ ...value, department: department ?? null })}
            isReadOnly={isReadOnly}
            isWrong={false}
            placeholder={say('ofAgent')}
          />
        </Field>
        <Field id={`${id}-agent`} label={say('agent')} help={say('agentHelp')}>
          <Picker
            id={`${id}-agent`}
            label={say('agent')}
            reference="agent"
            value={value.agent ?? undefined}
            change={(agent) => change({ ...value, agent: agent ?? null })}
            isReadOnly={isReadOnly}
            isWrong={false}
            placeholder={say('noAgent')}
          />
        </Field>
      </div>
    </div>
  );
}

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly help?: string;
  readonly isMust?: boolean;
  readonly fault?: 'needed' | 'wrongLogin' | undefined;
  readonly children: ReactNode;
}

function Field({ id, label, help, isMust = false, fault, children }: FieldProps) {
  const say = useSay(usersWords);
  return (
    <div className={`entity-field${fault ? ' is-wrong' : ''}`}>
      <span className="entity-label">
        <label htmlFor={id}>{label}</label>
        {isMust && <span className="entity-must small">{say('needed')}</span>}
      </span>
      {children}
      {fault ? (
        <span className="entity-fault small" role="alert">
          {say(fault)}
        </span>
      ) : (
        help && <span className="entity-help faint small">{help}</span>
      )}
    </div>
  );
}
