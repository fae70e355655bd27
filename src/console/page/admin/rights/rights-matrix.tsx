import CheckOutlined from '@ant-design/icons/es/icons/CheckOutlined';
import { Checkbox, Select } from 'antd';
import { memo, useCallback, useMemo } from 'react';
import { useSay, useSayOf } from '../../../i18n/language.tsx';
import {
  ACTIONS,
  COMPANY_REACHES,
  covers,
  isByAgents,
  matrixOf,
  type Reach,
  type Rights,
  usualReach,
} from './permissions.ts';
import { permissionWords, resourceWords, rightsWords } from './words.ts';
import './rights.css';

interface MatrixProps {
  /** Those that may be shown. */
  readonly permissions: readonly string[];
  readonly rights: Rights;
  /** What who looks has himself: he gives no more. */
  readonly own: Rights;
  /** Undefined: it is only read. */
  readonly change?: (permission: string, reach: Reach | undefined) => void;
  /** Keys of machines are of the whole company: there is no reach to choose. */
  readonly hasReach?: boolean;
}

/** Rights in words, one row for what they are to (权限矩阵). */
export function RightsMatrix({ permissions, rights, own, change, hasReach = true }: MatrixProps) {
  const say = useSay(rightsWords);
  const sayResource = useSayOf(resourceWords);
  const groups = useMemo(() => matrixOf(permissions), [permissions]);
  return (
    <div className="rights">
      {groups.map(({ name, rows }) => (
        <table key={name} className="rights-table" aria-label={say(name)}>
          <thead>
            <tr>
              <th scope="col">{say(name)}</th>
              {ACTIONS.map((action) => (
                <th key={action} scope="col">
                  {say(action)}
                </th>
              ))}
              <th scope="col">{say('more')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ resource, cells }) => (
              <tr key={resource}>
                <th scope="row">{sayResource(resource)}</th>
                {cells.map((of, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns
                  <td key={at} data-action={say(ACTIONS[at] ?? 'more')}>
                    {of.map((permission) => (
                      <Cell
                        key={permission}
                        permission={permission}
                        reach={rights.get(permission)}
                        mayGive={covers(own, permission, hasReach ? 'own' : usualReach(permission))}
                        most={own.get(permission)}
                        change={change}
                        hasReach={hasReach}
                      />
                    ))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </div>
  );
}

interface CellProps {
  readonly permission: string;
  readonly reach: Reach | undefined;
  readonly mayGive: boolean;
  readonly most: Reach | undefined;
  readonly change: MatrixProps['change'];
  readonly hasReach: boolean;
}

const Cell = memo(function Cell({ permission, reach, mayGive, most, change, hasReach }: CellProps) {
  const say = useSay(rightsWords);
  const sayResource = useSayOf(resourceWords);
  const name = usePermissionName();
  const [resource = '', action = ''] = permission.split(':');
  const special = Object.hasOwn(permissionWords.texts.en, permission) || !isAction(action);
  const said = name(permission);
  const label = say('cell', { resource: sayResource(resource), action: said });
  const isChosen = hasReach && isByAgents(permission);
  const note = special && <span className="small">{said}</span>;
  if (!change) {
    if (reach === undefined) return <span className="faint">{say('no')}</span>;
    return (
      <span className="rights-has">
        <CheckOutlined aria-label={label} /> {note}
        {isChosen && <span className="faint small">{say(reach)}</span>}
      </span>
    );
  }
  const lacking = !mayGive && reach === undefined;
  if (isChosen)
    return (
      <span className="rights-reach">
        {note}
        <Select
          size="small"
          className="rights-select"
          aria-label={label}
          {...(lacking && { title: say('lacking') })}
          disabled={lacking}
          popupMatchSelectWidth={false}
          value={reach ?? ''}
          onChange={(chosen: string) => change(permission, chosen === '' ? undefined : (chosen as Reach))}
          options={[
            { value: '', label: say('none') },
            ...COMPANY_REACHES.map((value) => ({
              value,
              label: say(value),
              disabled: most === undefined || !covers(new Map([[permission, most]]), permission, value),
            })),
          ]}
        />
      </span>
    );
  return (
    <Checkbox
      aria-label={label}
      {...(lacking && { title: say('lacking') })}
      disabled={lacking}
      checked={reach !== undefined}
      onChange={({ target }) => change(permission, target.checked ? usualReach(permission) : undefined)}
    >
      {note}
    </Checkbox>
  );
});

const isAction = (text: string): text is (typeof ACTIONS)[number] =>
  (ACTIONS as readonly string[]).includes(text);

/** What a right lets one do. */
function usePermissionName(): (permission: string) => string {
  const say = useSay(rightsWords);
  const sayPermission = useSayOf(permissionWords);
  return useCallback(
    (permission) => {
      if (Object.hasOwn(permissionWords.texts.en, permission)) return sayPermission(permission);
      const [, action = ''] = permission.split(':');
      return isAction(action) ? say(action) : action;
    },
    [say, sayPermission],
  );
}

/** A right in one line: what it is to, and what it lets one do. */
export function useRightText(): (permission: string) => string {
  const say = useSay(rightsWords);
  const sayResource = useSayOf(resourceWords);
  const name = usePermissionName();
  return useCallback(
    (permission) =>
      say('cell', { resource: sayResource(permission.split(':')[0] ?? ''), action: name(permission) }),
    [say, sayResource, name],
  );
}
