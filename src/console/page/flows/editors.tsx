import EditOutlined from '@ant-design/icons/es/icons/EditOutlined';
import EyeOutlined from '@ant-design/icons/es/icons/EyeOutlined';
import MergeOutlined from '@ant-design/icons/es/icons/MergeOutlined';
import { Button, Tooltip } from 'antd';
import { useSession } from '../../api/session.tsx';
import type { FlowSeen } from '../../api/types.ts';
import { useSay } from '../../i18n/language.tsx';
import { shortTime } from '../../kit/format.ts';
import type { Editors } from './use-editors.ts';
import { flowWords } from './words.ts';

/** So many names; of the others how many they are. */
const MOST = 3;

/** Who else has the flow open (谁在编辑), in the editor's head. */
export function People({ people }: { readonly people: Editors['people'] }) {
  const say = useSay(flowWords);
  if (people.length === 0) return null;
  return (
    <ul className="flow-people" aria-label={say('people')}>
      {people.slice(0, MOST).map((one) => (
        <Person key={one.by} one={one} />
      ))}
      {people.length > MOST && (
        <li className="flow-person">{say('morePeople', { n: people.length - MOST })}</li>
      )}
    </ul>
  );
}

function Person({ one: { by, isSelf, isEditing, since } }: { readonly one: FlowSeen['items'][number] }) {
  const say = useSay(flowWords);
  const { zone } = useSession();
  const name = isSelf ? say('otherPage') : nameOf(by);
  const at = shortTime(since, zone, Date.now());
  return (
    <Tooltip title={say(isEditing ? 'editsSince' : 'readsSince', { by, at })}>
      <li className={`flow-person${isEditing ? ' is-editing' : ''}`}>
        {isEditing ? <EditOutlined aria-hidden /> : <EyeOutlined aria-hidden />}
        <span>{say(isEditing ? 'edits' : 'reads', { name })}</span>
      </li>
    </Tooltip>
  );
}

/** There is something to say of them. */
export const isTogether = ({ news, people }: Editors): boolean =>
  news !== undefined || people.some(({ isEditing }) => isEditing);

interface OthersProps {
  readonly editors: Editors;
  readonly takeIn: () => void;
}

/** What others have saved meanwhile, to be taken in; or that they are about to. */
export function Others({ editors: { news, people }, takeIn }: OthersProps) {
  const say = useSay(flowWords);
  const { zone } = useSession();
  const editing = people.find(({ isEditing }) => isEditing);
  if (news) {
    const at = news.at && shortTime(news.at, zone, Date.now());
    return (
      <span className="flow-others" role="status">
        <span className="is-warning small">{say(`${news.what}By`, { by: nameOf(news.by), at })}</span>
        <Button size="small" icon={<MergeOutlined />} onClick={takeIn}>
          {say('takeIn')}
        </Button>
      </span>
    );
  }
  if (!editing) return null;
  return (
    <span className="flow-others faint small" role="status">
      {say('bothEdit', { name: editing.isSelf ? say('otherPage') : nameOf(editing.by) })}
    </span>
  );
}

/** Without the company, which is that of who looks. */
const nameOf = (by: string): string => by.replace(/@[^@]*$/, '');
