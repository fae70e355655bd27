import { useCallback } from 'react';
import { useSession } from '../../../api/session.tsx';
import type { AuditEntryRow } from '../../../api/types.ts';
import { useSay, useSayOf } from '../../../i18n/language.tsx';
import { useKinds, useWords } from '../../../kit/entity/kinds.ts';
import { dateTime } from '../../../kit/format.ts';
import { useDepartmentTitle, useRoleTitle } from '../people-data.ts';
import { useRightText } from '../rights/rights-matrix.tsx';
import { rightsWords } from '../rights/words.ts';
import { isFields, objectOf } from './entry.ts';
import { auditWords, detailWords } from './words.ts';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;
const RIGHT = /^[a-z-]+:[a-z-]+(:[a-z]+)?$/;

/** A detail in words, as far as we have some. */
export function useDetailText(): (name: string, value: unknown) => string {
  const say = useSay(auditWords);
  const sayReach = useSayOf(rightsWords);
  const sayDetail = useSayOf(detailWords);
  const speak = useWords();
  const { zone } = useSession();
  const kinds = useKinds();
  const roleTitle = useRoleTitle();
  const departmentTitle = useDepartmentTitle();
  const rightText = useRightText();
  const one = useCallback(
    (name: string, value: unknown): string => {
      if (typeof value === 'boolean') return say(value ? 'yes' : 'no');
      if (name === 'endsAt' && typeof value === 'number') return dateTime(value, zone);
      if (typeof value !== 'string') return String(value);
      if (name === 'role' || name === 'roles') return roleTitle(value);
      if (name === 'department') return departmentTitle(value);
      if (name === 'kind') {
        const kind = kinds.data?.find((each) => each.kind === value);
        return kind ? speak(kind.title) : value;
      }
      if ((name === 'rights' || name === 'permissions') && RIGHT.test(value)) {
        const [resource, action, reach] = value.split(':');
        const text = rightText(`${resource}:${action}`);
        return reach === undefined ? text : `${text} (${sayReach(reach)})`;
      }
      return TIME.test(value) ? dateTime(value, zone) : value;
    },
    [say, sayReach, speak, zone, kinds.data, roleTitle, departmentTitle, rightText],
  );
  return useCallback(
    (name, value) => {
      if (value === undefined || value === null || value === '') return say('none');
      if (Array.isArray(value))
        return value.length === 0 ? say('none') : value.map((each) => one(name, each)).join(say('comma'));
      if (isFields(value))
        return Object.entries(value)
          .map(
            ([key, each]) => `${sayDetail(key)}: ${one(key, isFields(each) ? JSON.stringify(each) : each)}`,
          )
          .join(say('comma'));
      return one(name, value);
    },
    [say, one, sayDetail],
  );
}

/** To what it was done: a kind and its name, or who or what it was. */
export function useObjectText(): (entry: AuditEntryRow) => string | undefined {
  const text = useDetailText();
  return useCallback(
    (entry) => {
      const object = objectOf(entry);
      if (object === undefined) return undefined;
      const { kind, role } = entry.details;
      if (typeof kind === 'string') return `${text('kind', kind)} ${object}`;
      return object === role ? text('role', object) : object;
    },
    [text],
  );
}
